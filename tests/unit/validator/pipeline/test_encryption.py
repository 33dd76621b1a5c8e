"""Payloads that are encrypted with AES-GCM."""

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sluicegate.shared.formats import catalog
from sluicegate.validator.model import VALID, Code, Invalid, Message, Unprocessable
from sluicegate.validator.modes.encryption import Cipher, Decrypted, additional_data
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider, LatestVersion
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, GOOD, Bench, headers, message, stored

KEY = b"0123456789abcdef"


def encrypted(payload: bytes, key: bytes = KEY, data: bytes | None = None) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, payload, data)


def decider(*bound: str) -> Decider:
    schemas = FakeSchemas(stored(), stored(version=2, text="true"))
    return Decrypted(ByAttributes(Checks(schemas, catalog.engine, capacity=10)), Cipher(KEY, bound))


def verdict(payload: bytes | None) -> object:
    return Processor(decider()).judge(message(payload))


def test_the_decrypted_payload_is_checked() -> None:
    assert verdict(encrypted(GOOD)) == VALID
    found = verdict(encrypted(BAD))
    assert isinstance(found, Invalid)
    assert found.code is Code.PAYLOAD_INVALID
    assert found.violations[0].path == "/age"


def test_what_was_encrypted_is_quoted_nowhere() -> None:
    found = verdict(encrypted(b'{"age":"secret-value"}'))

    assert isinstance(found, Invalid)
    assert "secret-value" not in str(found)


@pytest.mark.parametrize("payload", [b"", b"x", b"x" * 11, b"x" * 12, b"x" * 27])
def test_what_is_too_short_is_a_dead_letter_and_no_crash(payload: bytes) -> None:
    found = verdict(payload)

    assert isinstance(found, Unprocessable)
    assert found.code is Code.DECRYPT_FAILED


def test_another_key_or_a_changed_payload_is_a_dead_letter() -> None:
    changed = bytearray(encrypted(GOOD))
    changed[-1] ^= 1

    for payload in (encrypted(GOOD, b"f" * 32), bytes(changed), GOOD * 10):
        found = verdict(payload)
        assert isinstance(found, Unprocessable)
        assert found.code is Code.DECRYPT_FAILED


class _Encrypted(Bench):
    def decider(self) -> Decider:
        return decider()


def test_the_ciphertext_is_sent_on_to_either_destination() -> None:
    bench = _Encrypted()
    good, bad, broken = encrypted(GOOD), encrypted(BAD), b"not encrypted at all, but long enough"
    batch: list[Message] = [message(payload, head=headers()) for payload in (good, bad, broken)]
    bench.put(*batch)

    bench.run()

    assert bench.payloads("valid") == [good]
    assert sorted(map(bytes, filter(None, bench.payloads("dead-letter")))) == sorted([bad, broken])


def test_an_attribute_bound_to_the_ciphertext_cannot_be_exchanged() -> None:
    judge = Processor(decider("schemaId", "versionId"))
    payload = encrypted(BAD, data=additional_data({"schemaId": b"1", "versionId": b"1"}, ("schemaId", "versionId")))
    mine, other = message(payload), message(payload, head=headers(version=2))

    found = judge.process([mine, other]).rejected

    assert [verdict.code for _, verdict in found] == [Code.PAYLOAD_INVALID, Code.DECRYPT_FAILED]
    assert Processor(decider()).judge(message(encrypted(BAD), head=headers(version=2))) == VALID


def test_additional_data_of_different_attributes_differs() -> None:
    names = ("a", "b")
    given: list[dict[str, bytes | None]] = [{"a": b"1", "b": b"2"}, {"a": b"12"}, {"b": b"12"}, {"a": b"1"}, {"b": b""}]

    assert additional_data(given[0], names) == b"\0\0\0\x01a\0\0\0\x011\0\0\0\x01b\0\0\0\x012"
    assert len({additional_data(each, names) for each in given}) == len(given)
    assert additional_data({"c": b"1"}, names) == b""


def test_latest_version_is_checked_although_the_version_is_bound() -> None:
    bound = ("versionId",)
    checks = Checks(FakeSchemas(stored(), stored(version=2, text="true")), catalog.engine, capacity=10)
    judge = Processor(Decrypted(LatestVersion(ByAttributes(checks)), Cipher(KEY, bound)))

    assert judge.judge(message(encrypted(BAD, data=additional_data({"versionId": b"1"}, bound)))) == VALID
