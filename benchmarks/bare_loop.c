/* The worker's yardstick in C: what `bare` in bare_loop.py does, by the same build of librdkafka, which confluent-kafka brings along.
 *
 * BOOTSTRAP SOURCE DESTINATION OTHER COUNT; prints one JSON line.
 * That build comes without its header, so the few declarations that are needed stand here; they are librdkafka's public, stable ABI.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef struct rd_kafka_s rd_kafka_t;
typedef struct rd_kafka_conf_s rd_kafka_conf_t;
typedef struct rd_kafka_queue_s rd_kafka_queue_t;
typedef struct rd_kafka_headers_s rd_kafka_headers_t;
typedef struct rd_kafka_topic_partition_list_s rd_kafka_topic_partition_list_t;
typedef struct {
    int err; void *rkt; int32_t partition;
    void *payload; size_t len; void *key; size_t key_len;
    int64_t offset; void *private_;
} rd_kafka_message_t;

enum { PRODUCER, CONSUMER };                                                            /* rd_kafka_type_t */
enum { V_END, V_TOPIC, V_RKT, V_PARTITION, V_VALUE, V_KEY, V_OPAQUE, V_MSGFLAGS, V_TIMESTAMP, V_HEADER, V_HEADERS };
enum { COPY = 2, BATCH = 5000, FILL_MS = 10, COMMIT_EVERY = 50000, BAD_ONE_IN = 20 };

rd_kafka_conf_t *rd_kafka_conf_new(void);
int rd_kafka_conf_set(rd_kafka_conf_t *, const char *, const char *, char *, size_t);
rd_kafka_t *rd_kafka_new(int, rd_kafka_conf_t *, char *, size_t);
int rd_kafka_poll_set_consumer(rd_kafka_t *);
rd_kafka_topic_partition_list_t *rd_kafka_topic_partition_list_new(int);
void *rd_kafka_topic_partition_list_add(rd_kafka_topic_partition_list_t *, const char *, int32_t);
int rd_kafka_subscribe(rd_kafka_t *, const rd_kafka_topic_partition_list_t *);
rd_kafka_queue_t *rd_kafka_queue_get_consumer(rd_kafka_t *);
ssize_t rd_kafka_consume_batch_queue(rd_kafka_queue_t *, int, rd_kafka_message_t **, size_t);
int rd_kafka_message_headers(const rd_kafka_message_t *, rd_kafka_headers_t **);
int64_t rd_kafka_message_timestamp(const rd_kafka_message_t *, int *);
int rd_kafka_header_get_last(const rd_kafka_headers_t *, const char *, const void **, size_t *);
rd_kafka_headers_t *rd_kafka_headers_copy(const rd_kafka_headers_t *);
void rd_kafka_message_destroy(rd_kafka_message_t *);
int rd_kafka_producev(rd_kafka_t *, ...);
int rd_kafka_poll(rd_kafka_t *, int);
int rd_kafka_flush(rd_kafka_t *, int);
int rd_kafka_commit(rd_kafka_t *, const rd_kafka_topic_partition_list_t *, int);
int rd_kafka_consumer_close(rd_kafka_t *);

static rd_kafka_t *client(int type, const char *const settings[][2]) {
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (int i = 0; settings[i][0]; i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof error)) exit((fputs(error, stderr), 1));
    rd_kafka_t *made = rd_kafka_new(type, conf, error, sizeof error);
    if (!made) exit((fputs(error, stderr), 1));
    return made;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void carry(rd_kafka_t *producer, const rd_kafka_message_t *message, const char *topic) {
    static const char *const names[] = {"schemaId", "versionId", "format"};
    rd_kafka_headers_t *headers;
    const void *value;
    size_t size;
    int kind;
    if (rd_kafka_message_headers(message, &headers)) exit((fputs("a message without headers\n", stderr), 1));
    for (int i = 0; i < 3; i++)
        if (rd_kafka_header_get_last(headers, names[i], &value, &size)) exit((fputs("a header is missing\n", stderr), 1));
    int error = rd_kafka_producev(producer, V_TOPIC, topic, V_MSGFLAGS, COPY, V_VALUE, message->payload, message->len,
                                  V_KEY, message->key, message->key_len,
                                  V_TIMESTAMP, rd_kafka_message_timestamp(message, &kind), V_HEADERS, rd_kafka_headers_copy(headers), V_END);
    if (error) exit((fprintf(stderr, "produce: %d\n", error), 1));
}

static long loop(rd_kafka_t *consumer, rd_kafka_t *producer, const char *destination, const char *other, double count) {
    static rd_kafka_message_t *batch[BATCH];
    static long number;
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    long done = 0, uncommitted = 0;
    while (done < count) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, FILL_MS, batch, BATCH);
        for (ssize_t i = 0; i < got; i++) {
            if (!batch[i]->err) { carry(producer, batch[i], ++number % BAD_ONE_IN ? destination : other); done++; uncommitted++; }
            rd_kafka_message_destroy(batch[i]);
        }
        rd_kafka_poll(producer, 0);
        if (uncommitted >= COMMIT_EVERY || done >= count) {
            if (rd_kafka_flush(producer, 60000) || rd_kafka_commit(consumer, NULL, 0)) exit((fputs("not delivered\n", stderr), 1));
            uncommitted = 0;
        }
    }
    return done;
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    char group[300];
    snprintf(group, sizeof group, "bare-%s", argv[2]);
    const char *const consuming[][2] = {{"bootstrap.servers", argv[1]}, {"group.id", group}, {"auto.offset.reset", "earliest"},
        {"enable.auto.commit", "false"}, {"session.timeout.ms", "6000"}, {"fetch.queue.backoff.ms", "5"}, {NULL, NULL}};
    const char *const producing[][2] = {{"bootstrap.servers", argv[1]}, {"acks", "all"}, {"enable.idempotence", "true"},
        {"linger.ms", "5"}, {"queue.buffering.max.messages", "1000000"}, {NULL, NULL}};
    rd_kafka_t *consumer = client(CONSUMER, consuming), *producer = client(PRODUCER, producing);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, argv[2], -1);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_subscribe(consumer, topics);
    double count = atof(argv[5]);
    loop(consumer, producer, argv[3], argv[4], 1);
    double started = seconds(), used = cpu();
    long done = loop(consumer, producer, argv[3], argv[4], count);
    printf("{\"messages\": %ld, \"seconds\": %f, \"cpu_seconds\": %f}\n", done, seconds() - started, cpu() - used);
    rd_kafka_consumer_close(consumer);
    return 0;
}
