#!/bin/sh
# Create the topics of compose.yaml.
set -eu
for topic in messages valid dead-letter; do
	/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:19092 --create --if-not-exists --topic "$topic" --partitions 3
done
