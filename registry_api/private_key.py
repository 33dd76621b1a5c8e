"""A private key as the server can read it: granian 2.8 takes a password and then fails on every encrypted key."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization

_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made in it is for this user alone


@contextmanager
def readable(key: Path, password: str | None) -> Iterator[Path]:
    """The key's file, or a decrypted copy that only this user can read, in memory where there is such a place, gone afterwards.

    Raises `ValueError` when the password is wrong or the file is no key.
    """
    if password is None:
        yield key
        return
    found = serialization.load_pem_private_key(key.read_bytes(), password.encode())
    plain = found.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with tempfile.TemporaryDirectory(prefix="sluicegate-key-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        copy = Path(folder) / "key.pem"  # the folder is closed to others
        copy.write_bytes(plain)
        yield copy
