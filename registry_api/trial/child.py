"""A trial process: `python -m sluicegate.registry_api.trial.child`.

Arguments: those of `Sandbox`, and the options of formats. Its end of the channel is its standard
input.
"""

import contextlib
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace

import msgspec

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.ports import Examiner
from sluicegate.registry_api.trial import messages
from sluicegate.registry_api.trial.messages import (
    Answer,
    Broken,
    Compared,
    Judge,
    Judged,
    Question,
    Refused,
    Unavailable,
    Unsupported,
)
from sluicegate.registry_api.trial.refusals import not_text, too_expensive
from sluicegate.registry_api.trial.trial import TryingExaminer
from sluicegate.shared.errors import CompilerUnavailable, FormatUnsupported
from sluicegate.shared.formats.catalog import FORMATS, Catalog
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat, ValidityMode
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.serving import Answered, limits_from, serve

_TRACE_LIMIT = 8000


def main(arguments: list[str], engine: Callable[[SchemaFormat], FormatEngine] | None = None) -> None:
    """Serve one registry until it is gone.

    Arguments: seconds, bytes of memory, the choices about formats.
    """
    limits, rest = limits_from(arguments)
    options = msgspec.json.decode(rest[0], type=FormatOptions)
    examiner = TryingExaminer(engine or Catalog(options).engine)
    _warm(examiner)
    serve(limits, messages.QUESTION_LIMIT, lambda data: _answered(examiner, data, limits), weight=messages.weight)


def _answered(examiner: Examiner, data: bytes, limits: Limits) -> Answered:
    answer, good = answered(examiner, messages.question(data), limits)
    return Answered(_encoded(answer, limits), good)


def answered(examiner: Examiner, question: Question, limits: Limits) -> tuple[Answer, bool]:
    """The answer to a question, and whether the process is as good as it was."""
    try:
        return _answer(examiner, question), True
    except SchemaInvalid as error:
        return Refused(error.violations), True
    except FormatUnsupported as error:
        return Unsupported(error.message), True
    except CompilerUnavailable as error:
        return Unavailable(error.message), True
    except (MemoryError, RecursionError):
        return Refused((too_expensive(limits),)), False
    except Exception:  # an engine's fault; the parent logs it
        return Broken(traceback.format_exc()[-_TRACE_LIMIT:]), False


def _answer(examiner: Examiner, question: Question) -> Answer:
    if isinstance(question, Judge):
        content = examiner.content(question.format, question.source, question.validity)
        return Judged(replace(content, text=""))
    found = examiner.incompatibilities(
        question.format, question.mode, question.candidate, question.history, question.policy
    )
    return Compared(found)


def _encoded(answer: Answer, limits: Limits) -> bytes:
    try:
        data = messages.encoded(answer)
    except UnicodeEncodeError as error:
        return messages.encoded(Refused((not_text(error),)))
    return data if len(data) <= messages.ANSWER_LIMIT else messages.encoded(Refused((too_expensive(limits),)))


def _warm(examiner: Examiner) -> None:
    """Let every engine load the modules that it needs for a first schema."""
    for each in FORMATS.values():
        with contextlib.suppress(SchemaInvalid, FormatUnsupported, CompilerUnavailable):
            examiner.content(each.name, SchemaSource(each.example), ValidityMode.FULL)


if __name__ == "__main__":
    main(sys.argv[1:])
