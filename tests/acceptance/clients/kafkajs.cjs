// Does what standard input asks of kafkajs' client of the registry, one thing after the other, and prints what came of it.
const [, , path, host] = process.argv
const { SchemaRegistry, SchemaType } = require(path)
const registry = new SchemaRegistry({ host, retry: { retries: 0 } })

const does = {
  register: async ({ subject, type, schema, references }) =>
    (await registry.register({ type: SchemaType[type], schema, references }, { subject })).id,
  encode: async ({ id, value }) => (await registry.encode(id, value)).toString('base64'),
  decode: async ({ payload }) => registry.decode(Buffer.from(payload, 'base64')),
  latest: async ({ subject }) => registry.getLatestSchemaId(subject),
  versionId: async ({ subject, version }) => registry.getRegistryId(subject, version),
  find: async ({ subject, type, schema }) => registry.getRegistryIdBySchema(subject, { type: SchemaType[type], schema }),
}

const main = async () => {
  const commands = JSON.parse(require('fs').readFileSync(0, 'utf8'))
  const found = []
  for (const command of commands) {
    try {
      found.push({ ok: await does[command.do](command) })
    } catch (error) {
      found.push({ error: error.message, status: error.status })
    }
  }
  console.log(JSON.stringify(found))
}

main()
