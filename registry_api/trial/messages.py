"""Messages between the registry and its trial processes: typed MessagePack, which runs no code.

The core's own values are encoded: a new field is included automatically.
"""

from typing import TypeAlias

import msgspec

from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, Violation

QUESTION_LIMIT = 64 * 1024 * 1024
"""Bytes of a question: a text and the versions that it is compared with."""

ANSWER_LIMIT = 8 * 1024 * 1024
"""Bytes of an answer."""


class Judge(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`Examiner.content`."""

    format: SchemaFormat
    source: SchemaSource
    validity: ValidityMode


class Compare(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`Examiner.incompatibilities`."""

    format: SchemaFormat
    mode: CompatibilityMode
    candidate: SchemaSource
    history: tuple[NumberedSource, ...]
    policy: Policy | None = None


Question: TypeAlias = Judge | Compare


class Judged(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The text may be kept. It does not travel back: the content's own `text` is empty."""

    content: Content


class Compared(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The incompatibilities of a text."""

    incompatibilities: tuple[Incompatibility, ...]


class Refused(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`SchemaInvalid`."""

    violations: tuple[Violation, ...]


class Unsupported(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`FormatUnsupported`."""

    message: str


class Unavailable(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`CompilerUnavailable`."""

    message: str


class Broken(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """An engine raised an unexpected error."""

    trace: str


Answer: TypeAlias = Judged | Compared | Refused | Unsupported | Unavailable | Broken


COMPARISON_WEIGHT = 5
"""A comparison of two schemas that are accepted takes up to five times the processor time of one of
them (FHIR's types, which contain each other). With the limit of a single schema, the next version
of a large one would be refused.
"""

_COMPARISON = b"\xa7Compare"


def weight(data: bytes) -> float:
    """How many times the seconds of a trial a question may take."""
    return COMPARISON_WEIGHT if data.startswith(_COMPARISON, 1) else 1


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
