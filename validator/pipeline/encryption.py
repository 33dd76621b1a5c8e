"""Encrypted payloads: AES-GCM, a nonce of twelve bytes first, decrypted for the check alone. What is sent on stays as it came."""

from collections.abc import Callable, Hashable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.model import SchemaFormat, Violation
from validator.model import Code, Invalid, Unprocessable, Verdict
from validator.pipeline.check import Decision
from validator.pipeline.decider import Decider
from validator.pipeline.envelope import Attributes

NONCE: Final = 12
"""Bytes in front of the ciphertext."""
_TAG: Final = 16
KEY_SIZES: Final = (16, 24, 32)
"""Bytes of a key."""

_REFUSALS = (InvalidTag, ValueError)


class Decrypted:
    """Decides as another decider does, about what the payload says once it is decrypted."""

    def __init__(self, inner: Decider, key: bytes) -> None:
        """`key` has one of the `KEY_SIZES`."""
        self._inner = inner
        self._cipher = AESGCM(key)
        self.likeness: Callable[[Attributes], Hashable] = inner.likeness

    def decide(self, attributes: Attributes) -> Decision:
        """The other one's decision, about another payload."""
        return _Decrypted(self._inner.decide(attributes), self._cipher)


class _Decrypted:
    __slots__ = ("_cipher", "_decision")

    def __init__(self, decision: Decision, cipher: AESGCM) -> None:
        self._decision = decision
        self._cipher = cipher

    @property
    def format(self) -> SchemaFormat | None:
        return self._decision.format

    def accepts(self, payload: bytes) -> bool:
        plain = self._plain(payload)
        return plain is not None and self._decision.accepts(plain)

    def verdict(self, payload: bytes) -> Verdict:
        plain = self._plain(payload)
        if plain is not None:
            return _discreet(self._decision.verdict(plain))
        if len(payload) < NONCE + _TAG:
            reason = f"The payload has {len(payload)} bytes; a nonce and a tag of AES-GCM alone have {NONCE + _TAG}"
        else:
            reason = "The payload was not encrypted with this key, or has been changed since"
        return Unprocessable(Code.DECRYPT_FAILED, reason)

    def _plain(self, payload: bytes) -> bytes | None:
        if len(payload) < NONCE + _TAG:
            return None
        try:
            return self._cipher.decrypt(payload[:NONCE], payload[NONCE:], None)
        except _REFUSALS:
            return None


def _discreet(verdict: Verdict) -> Verdict:
    """Where and by which rule, but not in the words of the explanation: they quote the payload."""
    if isinstance(verdict, Invalid):
        return Invalid(
            verdict.code, tuple(Violation(each.path, each.code, _hidden(each)) for each in verdict.violations)
        )
    return verdict


def _hidden(violation: Violation) -> str:
    return f"The rule {violation.code!r} is broken; the payload is encrypted, so it is not quoted"
