"""Encrypted payloads: AES-GCM with a nonce of 12 bytes in front.

A payload is decrypted only to be checked; the ciphertext is sent on unchanged. Verdicts about it
contain nothing of the plaintext: no value, and no name that is not in the schema.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sluicegate.shared.model import SchemaFormat, Violation
from sluicegate.validator.model import Code, Invalid, Unprocessable, Verdict
from sluicegate.validator.pipeline.check import Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes

NONCE: Final = 12
"""Bytes in front of the ciphertext."""
_TAG: Final = 16
KEY_SIZES: Final = (16, 24, 32)
"""Bytes of a key."""

_REFUSALS = (InvalidTag, ValueError)
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Cipher:
    """A key, and the attributes that producers bound to the ciphertext as additional data."""

    key: bytes
    bound_attributes: tuple[str, ...] = ()


class Decrypted:
    """Passes the decrypted payload to another decider's decision."""

    def __init__(self, inner: Decider, cipher: Cipher) -> None:
        """`cipher.key` has one of the `KEY_SIZES`."""
        self._inner = inner
        self._cipher = AESGCM(cipher.key)
        self._bound = cipher.bound_attributes

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return the likeness of the inner decider, and the bound attributes."""
        alike = self._inner.likeness(attributes)
        return (alike, *map(attributes.get, self._bound)) if self._bound else alike

    def decide(self, attributes: Attributes) -> Decision:
        """Return the inner decision, applied to the decrypted payload."""
        data = additional_data(attributes, self._bound) if self._bound else None
        return _Decrypted(self._inner.decide(attributes), self._cipher, data)


def additional_data(attributes: Attributes, names: Sequence[str]) -> bytes:
    """Return the additional data of AES-GCM that binds these attributes to a ciphertext.

    For each name in order: length of the name, name, length of the value, value. Lengths are four
    bytes big-endian, texts are UTF-8. An attribute that the message does not have is left out.
    """
    parts: list[bytes] = []
    for name in names:
        value = attributes.get(name)
        if value is not None:
            parts += [_sized(name.encode()), _sized(value)]
    return b"".join(parts)


def _sized(text: bytes) -> bytes:
    return len(text).to_bytes(_LENGTH, "big") + text


class _Decrypted:
    __slots__ = ("_cipher", "_data", "_decision")

    def __init__(self, decision: Decision, cipher: AESGCM, data: bytes | None) -> None:
        self._decision = decision
        self._cipher = cipher
        self._data = data

    @property
    def format(self) -> SchemaFormat | None:
        return self._decision.format

    def accepts(self, payload: bytes) -> bool:
        plain = self._plain(payload)
        return plain is not None and self._decision.accepts(plain)

    def verdict(self, payload: bytes) -> Verdict:
        plain = self._plain(payload)
        if plain is not None:
            return _public(self._decision.verdict(plain))
        if len(payload) < NONCE + _TAG:
            reason = f"The payload has {len(payload)} bytes; a nonce and a tag of AES-GCM alone have {NONCE + _TAG}"
        else:
            changed = "The payload" if self._data is None else "The payload or an attribute that is bound to it"
            reason = f"The payload was not encrypted with this key. Or: {changed} was changed after encryption"
        return Unprocessable(Code.DECRYPT_FAILED, reason)

    def _plain(self, payload: bytes) -> bytes | None:
        if len(payload) < NONCE + _TAG:
            return None
        try:
            return self._cipher.decrypt(payload[:NONCE], payload[NONCE:], self._data)
        except _REFUSALS:
            return None


def _public(verdict: Verdict) -> Verdict:
    """Return the verdict without anything that comes from the payload."""
    if isinstance(verdict, Invalid):
        found = tuple(
            Violation(verdict.public_path(each.path), str(each.code), _reason(each)) for each in verdict.violations
        )
        return Invalid(verdict.code, found, verdict.public_path)
    if isinstance(verdict, Unprocessable) and verdict.quotes_payload:
        return Unprocessable(verdict.code, f"The beginning of the decrypted payload {_UNUSABLE}")
    return verdict


_UNUSABLE: Final = "does not name a schema, or a message type in it, in Confluent's wire format"


def _reason(violation: Violation) -> str:
    return f"The payload breaks the rule {str(violation.code)!r}. It is encrypted, so it is not quoted"
