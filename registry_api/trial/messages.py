"""What the registry and its trial processes say to each other: typed MessagePack, so that reading it runs nothing of the other side's.

The core's own values travel as they are: a field that they gain travels too.
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
    """What stands against the text."""

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
    """An engine raised what no engine may raise."""

    trace: str


Answer: TypeAlias = Judged | Compared | Refused | Unsupported | Unavailable | Broken


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
    """The answer in these bytes, whoever wrote them. Raises `ValueError`."""
    return _answers.decode(data)
