"""Messages between the worker and a checking process: typed MessagePack, which runs no code."""

from typing import Final, TypeAlias

import msgspec

from sluicegate.shared.formats.engine import Fault, SchemaSource
from sluicegate.shared.model import Violation

QUESTION_LIMIT: Final = 1024 * 1024 * 1024
"""Bytes of a question: a payload, or a schema with all that it refers to. Brokers take no such
messages.
"""

ANSWER_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of an answer."""

Key: TypeAlias = tuple[int, int, str | None, int]
"""A schema, its version, the message type, and a hash of the schema's text."""


class Load(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Compile a schema, and keep it under a key."""

    key: Key
    source: SchemaSource


class Accept(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`PayloadValidator.accepts`."""

    key: Key
    payload: bytes


class Explain(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`PayloadValidator.explain`."""

    key: Key
    payload: bytes


Question: TypeAlias = Load | Accept | Explain


class Loaded(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """It is kept."""


class Unknown(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Nothing is kept under the key, or not any more."""


class Fits(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Whether the payload fits."""

    fits: bool


class RefusedPayload(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`Rejection`."""

    fault: Fault
    violations: tuple[Violation, ...]


class TooMuch(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """It takes more memory, or is nested more deeply, than the process has room for."""


class Broken(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """An engine raised an unexpected error."""

    trace: str


Answer: TypeAlias = Loaded | Unknown | Fits | RefusedPayload | TooMuch | Broken

_encoder = msgspec.msgpack.Encoder()
_questions: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def encoded(message: Question | Answer) -> bytes:
    """The bytes of a message. Raises `UnicodeEncodeError` for a text that UTF-8 cannot hold."""
    return _encoder.encode(message)


def question(data: bytes) -> Question:
    """The question in these bytes. Raises `ValueError`."""
    return _questions.decode(data)


def answer(data: bytes) -> Answer:
    """Parse the bytes of an untrusted answer. Raises `ValueError`."""
    return _answers.decode(data)
