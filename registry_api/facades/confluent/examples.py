"""Requests as the OpenAPI document shows them."""

SCHEMA = {
    "schema": '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}',
    "schemaType": "AVRO",
}
CONFIG = {"compatibility": "FULL"}
MODE = {"mode": "READONLY"}
TAGS = {
    "tagsToAdd": [{"schemaEntity": {"entityPath": "Order.id", "entityType": "sr_field"}, "tags": ["PII"]}],
}
