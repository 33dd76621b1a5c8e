-- wrk: every request registers another schema of about 900 bytes. Argument: the first number.
local n

function init(args)
  n = tonumber(args[1])
end

function request()
  n = n + 1
  local fields = {}
  for i = 1, 12 do
    fields[i] = string.format('\\"field_%d_%d\\":{\\"type\\":\\"string\\",\\"maxLength\\":%d}', i, n, i + 10)
  end
  local specification = '{\\"type\\":\\"object\\",\\"properties\\":{' .. table.concat(fields, ",") .. '}}'
  local body = string.format('{"name":"orders-%d","schema_type":"json","specification":"%s"}', n, specification)
  return wrk.format("POST", "/schemas", {["Content-Type"] = "application/json"}, body)
end
