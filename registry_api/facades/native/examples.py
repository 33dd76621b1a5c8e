"""The examples that the OpenAPI document shows: those of the API's documentation."""

import json

_PERSON = {
    "$id": "https://example.com/person.schema.json",
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Person",
    "type": "object",
    "properties": {
        "firstName": {"type": "string", "description": "The person's first name."},
        "lastName": {"type": "string", "description": "The person's last name."},
        "age": {
            "description": "Age in years which must be equal to or greater than zero.",
            "type": "integer",
            "minimum": 0,
        },
    },
}
PERSON = json.dumps(_PERSON)

REGISTER = {
    "description": "new json schema for testing",
    "schema_type": "json",
    "specification": PERSON,
    "name": "schema json",
    "compatibility_mode": "BACKWARD",
    "validity_mode": "FULL",
}
UPDATE = {"description": "added field for middle name", "specification": PERSON}
CHECK_COMPATIBILITY = {"schema_id": "32", "new_schema": PERSON}
CHECK_VALIDITY = {"new_schema": PERSON, "format": "json", "mode": "FULL"}

CREATED = {"identification": "32", "version": "1", "message": "schema successfully created"}
UPDATED = {"identification": "32", "version": "2", "message": "schema successfully updated"}
EXISTS = {"identification": "32", "version": "1", "message": "schema already exists at id=32"}
DELETED = {"message": "schema with id=32 successfully deleted"}

BUNDLE = {
    "schema_type": "json",
    "documents": [
        {"name": "address.json", "specification": '{"type": "object"}'},
        {
            "name": "customer.json",
            "specification": '{"properties": {"home": {"$ref": "address.json"}}}',
            "references": [{"name": "address.json", "document": "address.json"}],
        },
    ],
}
BUNDLED = {
    "message": "2 of 2 documents registered",
    "documents": [
        {"name": "address.json", "identification": "33", "version": "1", "message": "schema successfully created"},
        {"name": "customer.json", "identification": "34", "version": "1", "message": "schema successfully created"},
    ],
}
