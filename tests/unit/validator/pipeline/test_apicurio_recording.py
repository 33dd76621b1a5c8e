"""The recorded messages of Apicurio's serializers 1.3.2 are judged by the schemas that they name."""

import json
from typing import Any

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId
from sluicegate.validator.model import CONTENT, VALID, Headers, StoredSchema
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.by_apicurio import ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.pipeline.process import Processor
from tests.docs.import_map import ROOT
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import message

RECORDING: dict[str, list[dict[str, Any]]] = json.loads(
    (ROOT / "tests" / "acceptance" / "clients" / "apicurio_recording.json").read_text(encoding="utf-8")
)
PEOPLE = '{"type":"object","properties":{"id":{"type":"integer"}}}'
ORDERS = '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"int"}]}'


def deciders() -> dict[str, Decider]:
    schemas = FakeSchemas(
        StoredSchema(SchemaId(1), CONTENT, SchemaFormat.JSON, SchemaSource(PEOPLE)),
        StoredSchema(SchemaId(2), CONTENT, SchemaFormat.AVRO, SchemaSource(ORDERS)),
    )
    checks = Checks(schemas, catalog.engine, capacity=10)
    by_apicurio = ByApicurio(schemas, checks)
    return {"apicurio": by_apicurio, "auto": Automatic(ByAttributes(checks), ByFrame(schemas, checks), by_apicurio)}


@pytest.mark.parametrize("mode", ["apicurio", "auto"])
def test_each_recorded_message_is_valid_and_a_changed_one_is_not(mode: str) -> None:
    judge = Processor(deciders()[mode]).judge
    assert len(RECORDING["messages"]) == 6
    for each in RECORDING["messages"]:
        payload = bytes.fromhex(each["payload"])
        head: Headers = [(name, bytes.fromhex(value)) for name, value in each["headers"].items()]
        assert judge(message(payload, head=head)) == VALID, each
        assert judge(message(payload + b"\xff", head=head)) != VALID, each
