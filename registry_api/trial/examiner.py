"""The `Examiner` that the registry runs with: every text is judged in a process that may be ended."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sluicegate.registry_api.core.compatibility import looked_at
from sluicegate.registry_api.core.errors import ExaminerBusy, SchemaInvalid
from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.trial import messages
from sluicegate.registry_api.trial.messages import (
    QUESTION_LIMIT,
    Answer,
    Broken,
    Compare,
    Compared,
    Judge,
    Judged,
    Question,
    Refused,
    Unavailable,
    Unsupported,
    encoded,
)
from sluicegate.registry_api.trial.refusals import not_text, too_expensive
from sluicegate.shared.errors import CompilerUnavailable, FormatUnsupported
from sluicegate.shared.formats.division import Divisible
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.logs import logger
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode
from sluicegate.shared.sandbox.ending import Ending
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.pool import NoneIdle, ProcessPool
from sluicegate.shared.sandbox.process import ProcessEnded, ProcessUnusable, Sandbox

MAX_PART_VERSIONS = 50
MAX_PART_CHARACTERS = 500_000
"""The part of a history that one question compares with: a second of processor time for versions of
10 KB.
"""

_OUTCOMES = ("answered", "ended", "busy")
_ATTEMPTS = 2
"""Processes that are asked before the registry says that it is busy, when something outside ends
them.
"""


class TrialExaminer:
    """`Examiner` over trial processes. `close` ends them.

    A text that takes more than the limits, or crashes a process, is not valid (`too_expensive`)
    under every validity mode. A process that something outside ends, such as the kernel when memory
    is short, says nothing about the text: another one is asked. Then, and when the machine is too
    busy, `ExaminerBusy` is raised.
    """

    def __init__(self, pool: ProcessPool[Sandbox], limits: Limits, metrics: Metrics | None = None) -> None:
        """Take the processes, and the limits that they hold themselves to."""
        self._pool = pool
        self._limits = limits
        found = metrics or Metrics()
        self._outcomes = {outcome: found.trials.labels(outcome).inc for outcome in _OUTCOMES}
        self._observe = found.trial_seconds.observe

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """See `Examiner`."""
        answer = self._answer(Judge(schema_format, source, validity))
        if not isinstance(answer, Judged):
            raise _error(answer)
        # The sent values are known here; the process decides only about derived ones.
        return replace(answer.content, format=schema_format, text=source.text)

    def divisible(self, _: SchemaFormat) -> Divisible | None:
        """See `Examiner`."""
        return None  # the processes answer questions about whole texts

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
        policy: Policy | None = None,
    ) -> tuple[Incompatibility, ...]:
        """See `Examiner`. Stops at the first part of the history that has incompatibilities.

        Each part is a question of its own with the whole limits, so the length of a history alone
        is never too expensive.
        """
        for versions in _parts(looked_at(mode, history)):
            answer = self._answer(Compare(schema_format, mode, candidate, versions, policy))
            if not isinstance(answer, Compared):
                raise _error(answer)
            if answer.incompatibilities:
                return answer.incompatibilities
        return ()

    def close(self) -> None:
        """End every process. Idempotent."""
        self._pool.close()

    def _answer(self, question: Question) -> Answer:
        started = time.perf_counter()
        outcome = "busy"
        try:
            answer, outcome = self._asked(question), "answered"
        except ProcessEnded as error:
            outcome = "ended"
            if not _condemns(error.ending):
                raise ExaminerBusy from error
            comparison = isinstance(question, Compare)
            limits = self._limits.times(messages.COMPARISON_WEIGHT) if comparison else self._limits
            return Refused((too_expensive(limits),))
        except NoneIdle as error:
            raise ExaminerBusy from error
        except ProcessUnusable as error:
            logger().error("trial process unusable", reason=str(error))
            raise ExaminerBusy from error
        else:
            return answer
        finally:
            self._outcomes[outcome]()
            self._observe(time.perf_counter() - started)

    def _asked(self, question: Question) -> Answer:
        try:
            data = encoded(question)
        except UnicodeEncodeError as error:
            return Refused((not_text(error),))
        if len(data) > QUESTION_LIMIT:
            return Refused((too_expensive(self._limits),))
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._pool.lent() as process:
                    process.await_ready()
                    return process.ask(data, messages.answer, weight=messages.weight(data))
            except ProcessEnded as error:
                cause = error.ending.cause.value
                logger().warning("trial ended", format=question.format.value, cause=cause, reason=str(error))
                if _condemns(error.ending) or attempt == _ATTEMPTS:
                    raise
        raise AssertionError("the last attempt answers or raises")


def _condemns(ending: Ending) -> bool:
    """Whether the schema is to blame.

    Trial processes never leave by themselves, so code 0 is the schema's doing.
    """
    return ending.condemns or ending.code == 0


def _parts(versions: Sequence[NumberedSource]) -> Iterator[tuple[NumberedSource, ...]]:
    """Split a history into parts of few versions and few characters; a single large version is a part of its own."""
    part: list[NumberedSource] = []
    characters = 0
    for version in versions:
        size = len(version.source.text)
        if part and (len(part) == MAX_PART_VERSIONS or characters + size > MAX_PART_CHARACTERS):
            yield tuple(part)
            part, characters = [], 0
        part.append(version)
        characters += size
    if part:
        yield tuple(part)


def _error(answer: Answer) -> Exception:
    match answer:
        case Refused(violations):
            return SchemaInvalid(violations)
        case Unsupported(message):
            return FormatUnsupported(message)
        case Unavailable(message):
            return CompilerUnavailable(message)
        case Broken(trace):
            return RuntimeError(f"in a trial process: {trace}")
        case _:  # an answer to another question: no process of ours gives one
            return ExaminerBusy()
