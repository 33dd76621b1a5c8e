"""Messages of a Kafka topic from the command line: `sluicegate send` and `sluicegate receive`."""
