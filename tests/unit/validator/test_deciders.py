"""Settings -> deciders: each mode follows its settings, and modes can be combined."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sluicegate.shared.errors import SettingsInvalid
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId
from sluicegate.validator import deciders
from sluicegate.validator.model import CONTENT, VALID, Code, Headers, Invalid, StoredSchema, Unprocessable
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.settings import validator as settings
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import GOOD, PERSON, SETTINGS, headers, message, stored

KEY = b"0123456789abcdef"
HEADERS = '{"required":["tenant"]}'
FRAMED = b"\0\0\0\0\x07" + GOOD
SCHEMAS = (
    stored(),
    stored(9, 1, HEADERS),
    StoredSchema(SchemaId(7), CONTENT, SchemaFormat.JSON, SchemaSource(PERSON)),
)


def read(tmp_path: Path, text: str) -> settings.ValidatorSettings:
    file = tmp_path / "validator.toml"
    file.write_text(text + SETTINGS)
    return settings.read(file)


def encrypted(payload: bytes) -> bytes:
    nonce = bytes(range(12))  # the same in each process that collects tests
    return nonce + AESGCM(KEY).encrypt(nonce, payload, None)


def code(tmp_path: Path, text: str, payload: bytes, head: Headers) -> Code | None:
    """The code of the dead letter; None when the message is valid."""
    provider = FakeSchemas(*SCHEMAS)
    checks = Checks(provider, catalog.engine, capacity=10)
    verdict = Processor(deciders.decider(read(tmp_path, text), provider, checks)).judge(message(payload, head=head))
    assert verdict == VALID or isinstance(verdict, Invalid | Unprocessable)
    return verdict.code if isinstance(verdict, Invalid | Unprocessable) else None


ONE = "[one_schema]\nid = 1\nversion = 1\n"
CHECKED = "[headers]\nvalidate_header = true\nschema_id = 9\nversion = 1\n"
ENCRYPTED = f'[encryption]\nkey = "base64:{base64.b64encode(KEY).decode()}"\n'
PLAIN_KEY = f'[encryption]\nkey = "{KEY.decode()}"\n'
CONFLUENT = 'wire_format = "confluent"\n'


@pytest.mark.parametrize(
    ("text", "payload", "head", "expected"),
    [
        ("", GOOD, headers(), None),
        ("", GOOD, [], Code.ATTRIBUTE_MISSING),
        ("", FRAMED, [], Code.ATTRIBUTE_MISSING),
        (ONE, GOOD, [], None),
        (ONE, GOOD, headers(2), Code.ATTRIBUTE_INVALID),
        (CHECKED, GOOD, headers(), Code.HEADER_INVALID),
        (CHECKED, GOOD, headers(tenant="acme"), None),
        (CHECKED + ONE, GOOD, [("tenant", b"acme")], None),
        (ENCRYPTED, encrypted(GOOD), headers(), None),
        (PLAIN_KEY, encrypted(GOOD), headers(), None),
        (ENCRYPTED, GOOD, headers(), Code.DECRYPT_FAILED),
        (ENCRYPTED + ONE, encrypted(GOOD), [], None),
        (CONFLUENT, FRAMED, [], None),
        (CONFLUENT, GOOD, headers(), Code.ATTRIBUTE_MISSING),
        (CONFLUENT + ENCRYPTED, encrypted(FRAMED), [], None),
        (CONFLUENT + CHECKED, FRAMED, [], Code.HEADER_INVALID),
        (CONFLUENT + '[subjects]\nstrategy = "topic"\ntopic = "orders"\n', FRAMED, [], Code.SCHEMA_NOT_FOUND),
        ('wire_format = "auto"\n', FRAMED, [], None),
        ('wire_format = "auto"\n', GOOD, headers(), None),
    ],
)
def test_each_mode_does_what_its_settings_say(
    tmp_path: Path, text: str, payload: bytes, head: Headers, expected: Code | None
) -> None:
    assert code(tmp_path, text, payload, head) is expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[one_schema]\nversion = 1\n", "one_schema"),
        ("[one_schema]\nid = 0\n", "one_schema.id"),
        (CONFLUENT + ONE, "leave one of the two out"),
        ('wire_format = "avro"\n', "wire_format"),
        ('[subjects]\nstrategy = "record"\n', "wire_format"),
        (CONFLUENT + '[subjects]\nstrategy = "topic"\n', "needs a topic"),
        ('[encryption]\nkey = "too short"\n', "16, 24 or 32 bytes"),
        ('[encryption]\nkey = "base64:%%%"\n', "not base64"),
        ("[dead_letter_budget]\nwindow = 0\n", "dead_letter_budget.window"),
        ("[dead_letter_budget]\nmax_ratio = 2\n", "dead_letter_budget.max_ratio"),
        ("[worker]\nprocesses = 0\n", "worker.processes"),
    ],
)
def test_each_mistake_is_told_at_start(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsInvalid, match=told):
        read(tmp_path, text)


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    found = read(tmp_path, PLAIN_KEY)

    assert KEY.decode() not in str(settings.shown(found))
    assert KEY.decode() not in repr(found)


def test_the_budget_is_there_when_it_has_a_window(tmp_path: Path) -> None:
    assert deciders.budget(read(tmp_path, "")) is None
    assert deciders.budget(read(tmp_path, "[dead_letter_budget]\nwindow = 10\n")) is not None
