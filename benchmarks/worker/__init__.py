"""The whole worker against bare loops of the same client, on Kafka."""
