"""A trial process: `python -m registry_api.trial.child SECONDS MEMORY_BYTES`, with its end of the channel as standard input.

It ends when the other side closes the channel, when a trial takes more than it may, and when it has grown.
"""

import contextlib
import gc
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

from registry_api.core.errors import SchemaInvalid
from registry_api.core.ports import Examiner
from registry_api.trial import messages
from registry_api.trial.channel import Channel, ChannelBroken
from registry_api.trial.limits import Restraint, TrialLimits
from registry_api.trial.messages import (
    Answer,
    Broken,
    Compared,
    Judge,
    Judged,
    Question,
    Refused,
    Reply,
    Unavailable,
    Unsupported,
)
from registry_api.trial.refusals import not_text, too_expensive
from registry_api.trial.samples import SCHEMAS
from registry_api.trial.trial import TryingExaminer
from shared.errors import CompilerUnavailable, FormatUnsupported
from shared.formats.catalog import Catalog
from shared.formats.engine import FormatEngine, SchemaSource
from shared.formats.options import FormatOptions, Policy
from shared.model import SchemaFormat, ValidityMode

_TRACE_LIMIT = 8000


def main(arguments: Sequence[str], engine: Callable[[SchemaFormat], FormatEngine] | None = None) -> None:
    """Serve one registry until it is gone. Arguments: seconds, bytes of memory, the policy by which JSON schemas are compared."""
    limits = TrialLimits(float(arguments[0]), int(arguments[1]))
    channel = Channel(socket.socket(fileno=sys.stdin.fileno()))
    options = FormatOptions(json_policy=Policy(arguments[2]))
    examiner = TryingExaminer(engine or Catalog(options).engine)
    _warm(examiner)
    restraint = Restraint(limits)
    with contextlib.suppress(ChannelBroken):
        channel.send(messages.READY)
        while _serve(channel, examiner, restraint, limits):
            pass


def answered(examiner: Examiner, question: Question, limits: TrialLimits) -> tuple[Answer, bool]:
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
    except Exception:  # an engine's fault, to be told of where there is a log
        return Broken(traceback.format_exc()[-_TRACE_LIMIT:]), False


def _answer(examiner: Examiner, question: Question) -> Answer:
    if isinstance(question, Judge):
        content = examiner.content(question.format, question.source, question.validity)
        return Judged(replace(content, text=""))
    found = examiner.incompatibilities(question.format, question.mode, question.candidate, question.history)
    return Compared(found)


def _serve(channel: Channel, examiner: Examiner, restraint: Restraint, limits: TrialLimits) -> bool:
    """Answer one question; False when there must be no other one."""
    data = channel.receive(messages.QUESTION_LIMIT)
    restraint.start()
    answer, good = answered(examiner, messages.question(data), limits)
    last = not good or restraint.has_grown()
    channel.send(_encoded(answer, last=last, limits=limits))
    restraint.stop()
    return not last


def _encoded(answer: Answer, *, last: bool, limits: TrialLimits) -> bytes:
    try:
        data = messages.encoded(Reply(answer, last))
    except UnicodeEncodeError as error:
        return messages.encoded(Reply(Refused((not_text(error),)), last))
    if len(data) > messages.ANSWER_LIMIT:
        return messages.encoded(Reply(Refused((too_expensive(limits),)), last))
    return data


def _warm(examiner: Examiner) -> None:
    """Let every engine load what it loads at its first schema, and keep all of that away from the collector."""
    for schema_format, text in SCHEMAS.items():
        with contextlib.suppress(SchemaInvalid, FormatUnsupported, CompilerUnavailable):
            examiner.content(schema_format, SchemaSource(text), ValidityMode.FULL)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main(sys.argv[1:])
