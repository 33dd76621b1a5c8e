-- wrk: requests of one kind. Arguments: the kind, and the first number.
-- Each text is a schema of twelve fields, whose names have the number. Kinds: `native` and
-- `confluent` register one under a name of its own, and take the format as a third argument;
-- `check` asks whether a text fits one more field; `fixed` takes a path and a body, and repeats them.
local n, kind, format, path, body

local function fields(write, separator)
  local all = {}
  for i = 1, 12 do
    all[i] = write(i)
  end
  return table.concat(all, separator)
end

local function json()
  return '{\\"type\\":\\"object\\",\\"properties\\":{' .. fields(function(i)
    return string.format('\\"field_%d_%d\\":{\\"type\\":\\"string\\",\\"maxLength\\":%d}', i, n, i + 10)
  end, ",") .. "}}"
end

local function avro(number, own)
  return '{\\"type\\":\\"record\\",\\"name\\":\\"Order\\",\\"fields\\":[' .. fields(function(i)
    local kept = '{\\"name\\":\\"field_%d_%d\\",\\"type\\":\\"string\\"}'
    if i % 3 == 0 then
      kept = '{\\"name\\":\\"field_%d_%d\\",\\"type\\":[\\"null\\",\\"long\\"],\\"default\\":null}'
    end
    return string.format(kept, i, number)
  end, ",") .. own .. "]}"
end

local function protobuf()
  return 'syntax = \\"proto3\\"; message Order { ' .. fields(function(i)
    return string.format("string field_%d_%d = %d;", i, n, i)
  end, " ") .. " }"
end

local function text()
  if format == "json" then
    return json()
  elseif format == "avro" then
    return avro(n, "")
  end
  return protobuf()
end

local function native()
  local said = string.format('{"name":"orders-%s-%d","schema_type":"%s","specification":"%s"}', format, n, format, text())
  return wrk.format("POST", "/schemas", nil, said)
end

local function confluent()
  local said = string.format('{"schemaType":"%s","schema":"%s"}', string.upper(format), text())
  return wrk.format("POST", string.format("/subjects/c-%s-%d/versions", format, n), nil, said)
end

local function check()
  local own = string.format(',{\\"name\\":\\"own_%d\\",\\"type\\":\\"string\\",\\"default\\":\\"\\"}', n)
  return wrk.format("POST", path, nil, string.format('{"schema":"%s"}', avro(0, own)))
end

local function fixed()
  return wrk.format("POST", path, nil, body)
end

local kinds = { native = native, confluent = confluent, check = check, fixed = fixed }

function init(args)
  kind, n, format = kinds[args[1]], tonumber(args[2]), args[3]
  path, body = args[3], args[4]
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  n = n + 1
  return kind()
end
