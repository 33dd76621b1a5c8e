"""A process that checks payloads: `python -m sluicegate.validator.checking.child`.

Arguments: SECONDS MEMORY_BYTES GROWTH_BYTES FORMAT OPTIONS. Its end of the channel is its standard
input. It has the engine of one format, and ends after a time without requests.
"""

import sys
import traceback
from collections import OrderedDict
from dataclasses import replace

import msgspec

from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.formats.engine import FormatEngine, MessageTyped, PayloadValidator, SchemaSource, parsed
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat, Violation
from sluicegate.shared.sandbox.serving import Answered, limits_from, serve
from sluicegate.validator.checking import messages
from sluicegate.validator.checking.messages import (
    Accept,
    Answer,
    Broken,
    Explain,
    Fits,
    Key,
    Load,
    Loaded,
    Question,
    RefusedPayload,
    TooMuch,
    Unknown,
)

IDLE_SECONDS = 60.0
KEPT = 16
"""Schemas that are kept, compiled; the least used go first."""

_TRACE_LIMIT = 8000


def main(arguments: list[str]) -> None:
    """Check payloads for one worker until it is gone, or has had no question for a while."""
    limits, rest = limits_from(arguments)
    options = msgspec.json.decode(rest[1], type=FormatOptions)
    checking = Checking(Catalog(options).engine(SchemaFormat(rest[0])))
    serve(limits, messages.QUESTION_LIMIT, checking.answered, IDLE_SECONDS)


class Checking:
    """Answers questions about payloads of one format."""

    def __init__(self, engine: FormatEngine) -> None:
        """Nothing is kept yet."""
        self._engine = engine
        self._kept: OrderedDict[Key, PayloadValidator] = OrderedDict()

    def answered(self, data: bytes) -> Answered:
        """The answer to an encoded question, encoded; and whether the process is as good as it was."""
        try:
            return Answered(_encoded(self._answer(messages.question(data))))
        except (MemoryError, RecursionError):
            return Answered(messages.encoded(TooMuch()), good=False)
        except SluicegateError:  # a schema that cannot be compiled; the worker detects it itself
            return Answered(messages.encoded(Unknown()))
        except Exception as error:  # a fault in an engine, which the worker logs
            return Answered(messages.encoded(Broken(_trace(error)[-_TRACE_LIMIT:])), good=False)

    def _answer(self, question: Question) -> Answer:
        if isinstance(question, Load):
            self._load(question.key, question.source)
            return Loaded()
        validator = self._kept.get(question.key)
        if validator is None:
            return Unknown()
        self._kept.move_to_end(question.key)
        return _checked(validator, question)

    def _load(self, key: Key, source: SchemaSource) -> None:
        validator = self._engine.compile(parsed(self._engine, source))
        if key[2] is not None and isinstance(validator, MessageTyped):
            validator = validator.for_message(key[2])
        self._kept[key] = validator
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _checked(validator: PayloadValidator, question: Accept | Explain) -> Answer:
    if isinstance(question, Accept):
        return Fits(validator.accepts(question.payload))
    rejection = validator.explain(question.payload)
    return Fits(True) if rejection is None else RefusedPayload(rejection.fault, rejection.violations)


def _encoded(answer: Answer) -> bytes:
    try:
        return messages.encoded(answer)
    except UnicodeEncodeError:
        assert isinstance(answer, RefusedPayload)
        return messages.encoded(RefusedPayload(answer.fault, tuple(map(_writable, answer.violations))))


def _writable(violation: Violation) -> Violation:
    """A payload may hold half a character, and violations quote payloads."""
    return replace(violation, path=_plain(violation.path), message=_plain(violation.message))


def _trace(error: Exception) -> str:
    """Return where an error was raised, and its class.

    Its text may quote the payload, so it is left out.
    """
    return f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}"


def _plain(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


if __name__ == "__main__":
    main(sys.argv[1:])
