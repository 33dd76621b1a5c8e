// Does what standard input asks of Confluent's own client for Node, one thing after the other, and prints what came of it.
const [, , path, host] = process.argv
const lib = require(path)
const { create, createFileRegistry, createMutableRegistry, fromBinary } = require(require.resolve('@bufbuild/protobuf', { paths: [path] }))
const { FileDescriptorSetSchema } = require(require.resolve('@bufbuild/protobuf/wkt', { paths: [path] }))

const access = new URL(host).username ? { basicAuthCredentials: { credentialsSource: 'URL', userInfo: host } } : {}
const client = new lib.SchemaRegistryClient({ baseURLs: [host], ...access })
const uses = { useLatestVersion: true, autoRegisterSchemas: false }
const kinds = {
  AVRO: [lib.AvroSerializer, lib.AvroDeserializer],
  JSON: [lib.JsonSerializer, lib.JsonDeserializer],
  PROTOBUF: [lib.ProtobufSerializer, lib.ProtobufDeserializer],
}

// Protobuf's serializer takes generated messages; a set of descriptors stands for generated code here.
const message = (type, value, descriptors) => {
  if (type !== 'PROTOBUF') return [value, {}]
  const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64')))
  const order = files.getMessage('shop.Order')
  const by = create(files.getMessage('shop.Customer'), value.by)
  return [create(order, { ...value, by }), { registry: createMutableRegistry(order) }]
}

// Without the $typeName of each Protobuf message.
const plain = value => JSON.parse(JSON.stringify(value, (key, each) => (key.startsWith('$') ? undefined : each)))

const does = {
  register: async ({ subject, type, schema, references }) =>
    client.register(subject, { schema, schemaType: type, references }, false),
  find: async ({ subject, type, schema, references }) =>
    client.getId(subject, { schema, schemaType: type, references }, false),
  latest: async ({ subject }) => (await client.getLatestSchemaMetadata(subject)).id,
  encode: async ({ topic, type, value, descriptors }) => {
    const [given, extra] = message(type, value, descriptors)
    const serializer = new kinds[type][0](client, lib.SerdeType.VALUE, { ...uses, ...extra })
    return (await serializer.serialize(topic, given)).toString('base64')
  },
  decode: async ({ topic, type, payload }) =>
    plain(await new kinds[type][1](client, lib.SerdeType.VALUE, {}).deserialize(topic, Buffer.from(payload, 'base64'))),
}

const main = async () => {
  const found = []
  for (const command of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
    try {
      found.push({ ok: await does[command.do](command) })
    } catch (error) {
      found.push({ error: error.message, status: error.status })
    }
  }
  console.log(JSON.stringify(found))
}

main()
