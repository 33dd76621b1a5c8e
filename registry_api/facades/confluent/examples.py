"""Requests as the OpenAPI document shows them."""

SCHEMA = {
    "schema": '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}',
    "schemaType": "AVRO",
}
TAGS = {"tagsToAdd": [{"schemaEntity": {"entityPath": "Order.id", "entityType": "SR_FIELD"}, "tags": ["PII"]}]}
CONFIG = {"compatibility": "FULL"}
MODE = {"mode": "READONLY"}
