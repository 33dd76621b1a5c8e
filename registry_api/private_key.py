"""Decryption of a private key for granian 2.8, which fails on every encrypted key."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization

_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made in it is for this user alone


@contextmanager
def readable(key: Path, password: str | None) -> Iterator[Path]:
    """Yield the key's file, or a decrypted copy that only this user can read.

    The copy is in memory if possible, and removed afterwards. Raises `ValueError` for a wrong
    password or an invalid file.
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
