// Produces and consumes with the serializers of Apicurio Registry 1.3, for tests/acceptance/clients/test_apicurio.py.
// Arguments: registry URL, bootstrap servers, topic of Avro, topic of JSON. Prints one line for each step.

import io.apicurio.registry.utils.serde.*;
import io.apicurio.registry.utils.serde.strategy.*;
import java.time.Duration;
import java.util.*;
import org.apache.avro.Schema;
import org.apache.avro.generic.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.*;

class ApicurioSerde {
    static final String AVRO = "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}";

    public static void main(String[] args) throws Exception {
        String registry = args[0], bootstrap = args[1], avro = args[2], json = args[3];
        List<Class<?>> strategies = List.of(
            GetOrCreateIdStrategy.class, AutoRegisterIdStrategy.class, FindLatestIdStrategy.class,
            FindBySchemaIdStrategy.class, CachedSchemaIdStrategy.class);
        int number = 0;
        for (Class<?> strategy : strategies) {
            number++;
            GenericRecord order = new GenericData.Record(new Schema.Parser().parse(AVRO));
            order.put("id", number);
            produce(registry, bootstrap, avro, AvroKafkaSerializer.class, strategy, order);
            System.out.println("avro produced " + strategy.getSimpleName());
        }
        for (Object each : consume(registry, bootstrap, avro, AvroKafkaDeserializer.class, number)) {
            System.out.println("avro consumed " + each);
        }
        produce(registry, bootstrap, json, JsonSchemaKafkaSerializer.class, FindLatestIdStrategy.class, new TreeMap<>(Map.of("id", 7)));
        System.out.println("json produced FindLatestIdStrategy");
        for (Object each : consume(registry, bootstrap, json, JsonSchemaKafkaDeserializer.class, 1)) {
            System.out.println("json consumed " + each);
        }
        System.exit(0);
    }

    static Map<String, Object> common(String registry, String bootstrap) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("apicurio.registry.url", registry);
        config.put("apicurio.registry.serdes.json-schema.validation-enabled", true);
        return config;
    }

    static void produce(String registry, String bootstrap, String topic, Class<?> serializer, Class<?> strategy, Object value)
            throws Exception {
        Map<String, Object> config = common(registry, bootstrap);
        config.put("key.serializer", StringSerializer.class);
        config.put("value.serializer", serializer);
        config.put("apicurio.registry.global-id", strategy.getName());
        config.put("apicurio.registry.artifact-id", TopicIdStrategy.class.getName());
        try (KafkaProducer<String, Object> producer = new KafkaProducer<>(config)) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    static List<Object> consume(String registry, String bootstrap, String topic, Class<?> deserializer, int count) {
        Map<String, Object> config = common(registry, bootstrap);
        config.put("group.id", topic);
        config.put("auto.offset.reset", "earliest");
        config.put("key.deserializer", StringDeserializer.class);
        config.put("value.deserializer", deserializer);
        List<Object> found = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = new KafkaConsumer<>(config)) {
            consumer.subscribe(List.of(topic));
            long end = System.currentTimeMillis() + 60_000;
            while (found.size() < count && System.currentTimeMillis() < end) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> found.add(record.value()));
            }
        }
        return found;
    }
}
