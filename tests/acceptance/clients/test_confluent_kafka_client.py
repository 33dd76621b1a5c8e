"""Every call that confluent-kafka's client of the registry has."""

import json
import uuid

import pytest
from confluent_kafka.schema_registry import ConfigCompatibilityLevel, Schema, SchemaRegistryClient, ServerConfig
from confluent_kafka.schema_registry.error import SchemaRegistryError

from tests.acceptance.clients.conftest import Registry

pytestmark = pytest.mark.acceptance

FIELDS = [{"name": "id", "type": "long"}]
AVRO = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": FIELDS})
WIDER = [*FIELDS, {"name": "paid", "type": "boolean", "default": False}]
WIDER_AVRO = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": WIDER})


def test_schemas_and_versions(client: SchemaRegistryClient) -> None:
    subject = uuid.uuid4().hex
    registered = client.register_schema_full_response(subject, Schema(AVRO, "AVRO"))
    assert client.register_schema(subject, Schema(AVRO, "AVRO")) == registered.schema_id
    assert client.get_schema(registered.schema_id, subject).schema_str == AVRO
    assert registered.guid is not None
    assert client.get_schema_by_guid(registered.guid).schema_str == AVRO
    assert sorted(client.get_schema_types()) == ["AVRO", "JSON", "PROTOBUF"]
    assert subject in client.get_subjects_by_schema_id(registered.schema_id)
    pairs = [(each.subject, each.version) for each in client.get_schema_versions(registered.schema_id)]
    assert (subject, 1) in pairs
    assert client.lookup_schema(subject, Schema(AVRO, "AVRO")).version == 1
    assert client.get_version(subject, 1).schema_id == registered.schema_id
    assert client.get_versions(subject) == [1]
    assert client.test_compatibility(subject, Schema(WIDER_AVRO, "AVRO")) is True
    assert client.test_compatibility_all_versions(subject, Schema(WIDER_AVRO, "AVRO")) is True
    assert client.delete_version(subject, 1) == 1
    assert client.delete_version(subject, 1, permanent=True) == 1
    assert subject not in client.get_subjects(deleted=True)


def test_subjects(client: SchemaRegistryClient) -> None:
    subject = uuid.uuid4().hex
    client.register_schema(subject, Schema(AVRO, "AVRO"))
    assert client.get_subjects(subject_prefix=subject) == [subject]
    assert client.delete_subject(subject) == [1]
    assert client.get_subjects(subject_prefix=subject) == []
    assert client.get_subjects(subject_prefix=subject, deleted=True) == [subject]
    assert client.get_contexts()[0] == "."


def test_settings(client: SchemaRegistryClient) -> None:
    subject = uuid.uuid4().hex
    told: object = client.set_compatibility(subject, "FULL")  # not the text that its type says
    assert told == {"compatibility": "FULL"}
    assert client.get_compatibility(subject) == "FULL"
    client.set_config(subject, ServerConfig(compatibility=ConfigCompatibilityLevel.NONE, compatibility_group="major"))
    found = client.get_config(subject)
    assert (found.compatibility_level, found.compatibility_group) == (ConfigCompatibilityLevel.NONE, "major")
    client.delete_config(subject)
    with pytest.raises(SchemaRegistryError) as refused:
        client.get_config(subject)
    assert refused.value.error_code == 40408


def test_modes(client: SchemaRegistryClient) -> None:
    subject = uuid.uuid4().hex
    assert client.get_global_mode() == "READWRITE"
    assert client.update_mode(subject, "READONLY") == "READONLY"
    assert client.get_mode(subject) == "READONLY"
    with pytest.raises(SchemaRegistryError) as refused:
        client.register_schema(subject, Schema(AVRO, "AVRO"))
    assert refused.value.error_code == 42205
    assert client.delete_mode(subject) == "READONLY"
    assert client.update_global_mode("READWRITE") == "READWRITE"


def test_what_is_not_there(client: SchemaRegistryClient) -> None:
    for ask, code in (
        (lambda: client.get_schema(2_000_000), 40403),
        (lambda: client.get_version("nowhere", 1), 40401),
        (lambda: client.get_latest_version("nowhere"), 40401),
        (lambda: client.delete_subject("nowhere"), 40401),
    ):
        with pytest.raises(SchemaRegistryError) as refused:
            ask()
        assert (refused.value.http_status_code, refused.value.error_code) == (404, code)


def test_credentials_may_come_in_any_of_its_ways(registry: Registry) -> None:
    """While everybody may do everything, credentials are taken and not looked at."""
    in_url = registry.urls[1].replace("http://", "http://token:KEY@")
    for conf in ({"url": in_url}, {"url": registry.url, "basic.auth.user.info": "token:KEY"}):
        with SchemaRegistryClient(conf) as client:
            assert "." in client.get_contexts()
