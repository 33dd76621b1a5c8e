"""The text of an API key: `sg_<id>_<secret>_<checksum>`.

The secret has 256 random bits. The checksum is the start of the SHA-256 of the text before it, in
hexadecimal, so that a chart or a script can make keys too. A mistyped key is refused without a
query, and a scanner for secrets knows a key from a text that only looks like one.
"""

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "sg"
SHA256: Final = "sha256"
HMAC_SHA256: Final = "hmac-sha256"

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_LENGTH: Final = 12
_SECRET_BITS: Final = 256
_SECRET_LENGTH: Final = 43  # digits of base 62 for 256 bits
_CHECKSUM_LENGTH: Final = 8
_key = re.compile(
    rf"sg_([0-9A-Za-z]{{{_ID_LENGTH}}})_([0-9A-Za-z]{{{_SECRET_LENGTH}}})_([0-9a-f]{{{_CHECKSUM_LENGTH}}})"
)


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key in its parts. `secret` is never kept and never logged."""

    id: str
    secret: str

    def __str__(self) -> str:
        """Return the whole key."""
        head = f"{PREFIX}_{self.id}_{self.secret}"
        return f"{head}_{_checksum(head)}"

    def __repr__(self) -> str:
        """Return the key without its secret."""
        return f"KeyText({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class Hashing:
    """From secrets to the digests that are kept: SHA-256, or HMAC-SHA-256 with a pepper.

    A secret has 256 random bits, so that a slow hash would add nothing.
    """

    pepper: bytes | None = None

    @property
    def kind(self) -> str:
        """The hashing of new keys."""
        return SHA256 if self.pepper is None else HMAC_SHA256

    def digest(self, secret: str) -> bytes:
        """Return the digest of a new key's secret."""
        return _digest(secret, self.pepper)

    def matches(self, secret: str, kind: str, digest: bytes) -> bool:
        """Whether a digest of some hashing is that of a secret; in constant time.

        False without the pepper that it needs.
        """
        if kind == SHA256:
            return hmac.compare_digest(_digest(secret, None), digest)
        return self.pepper is not None and hmac.compare_digest(_digest(secret, self.pepper), digest)


def new_key() -> KeyText:
    """Return a new random key."""
    key_id = "".join(secrets.choice(_DIGITS) for _ in range(_ID_LENGTH))
    return KeyText(key_id, _base62(secrets.randbits(_SECRET_BITS), _SECRET_LENGTH))


def parsed(text: str) -> KeyText | None:
    """Return the parts of a key; None for a text that is no key or has another checksum."""
    found = _key.fullmatch(text)
    if found is None or _checksum(text.rpartition("_")[0]) != found[3]:
        return None
    return KeyText(found[1], found[2])


def resembles(text: str) -> bool:
    """Whether a text is meant to be a key."""
    return text.startswith(f"{PREFIX}_")


def _digest(secret: str, pepper: bytes | None) -> bytes:
    if pepper is None:
        return hashlib.sha256(secret.encode()).digest()
    return hmac.digest(pepper, secret.encode(), "sha256")


def _checksum(head: str) -> str:
    return hashlib.sha256(head.encode()).hexdigest()[:_CHECKSUM_LENGTH]


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
