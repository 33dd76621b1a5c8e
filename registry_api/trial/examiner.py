"""The `Examiner` that the registry runs with: every text is judged in a process that may be ended."""

import time
from collections.abc import Sequence
from dataclasses import replace

from registry_api.core.compatibility import RULES
from registry_api.core.errors import ExaminerBusy, SchemaInvalid
from registry_api.core.model import Content, Incompatibility, NumberedSource
from registry_api.metrics import Metrics
from registry_api.trial.limits import TrialLimits
from registry_api.trial.messages import (
    QUESTION_LIMIT,
    Answer,
    Compare,
    Compared,
    Judge,
    Judged,
    Question,
    Refused,
    Unsupported,
    encoded,
)
from registry_api.trial.pool import ProcessPool
from registry_api.trial.process import ProcessEnded, ProcessSilent, TrialProcess
from registry_api.trial.refusals import not_text, too_expensive
from shared.errors import FormatUnsupported
from shared.formats.engine import SchemaSource
from shared.model import CompatibilityMode, SchemaFormat, ValidityMode


class TrialExaminer:
    """`Examiner` over trial processes. `close` ends them.

    A text that takes more than the limits, or brings a process down, is not valid (`too_expensive`) under every validity mode. When it
    is the machine that is too busy, `ExaminerBusy` is raised: nothing is known about the text.
    """

    def __init__(
        self, limits: TrialLimits, processes: int, wait_seconds: float, metrics: Metrics | None = None
    ) -> None:
        """Start so many processes; a caller waits at most so long for an idle one."""
        self._limits = limits
        self._metrics = metrics or Metrics()
        self._pool = ProcessPool(lambda: TrialProcess(limits), processes, wait_seconds)

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """See `Examiner`."""
        answer = self._answer(Judge(schema_format, source, validity))
        if not isinstance(answer, Judged):
            raise _error(answer)
        # What was sent is known here; only what follows from it is the process's to say.
        return replace(answer.content, format=schema_format, text=source.text)

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
    ) -> tuple[Incompatibility, ...]:
        """See `Examiner`."""
        rule = RULES[mode]
        looked_at = tuple(history if rule.transitive else history[:1])
        if not rule.directions or not looked_at:
            return ()
        answer = self._answer(Compare(schema_format, mode, candidate, looked_at))
        if not isinstance(answer, Compared):
            raise _error(answer)
        return answer.incompatibilities

    def close(self) -> None:
        """End every process. Idempotent."""
        self._pool.close()

    def _answer(self, question: Question) -> Answer:
        started = time.perf_counter()
        outcome = "ended"
        try:
            answer = self._asked(question)
            outcome = "answered"
        except ProcessEnded:
            return Refused((too_expensive(self._limits),))
        except (ProcessSilent, ExaminerBusy) as error:
            outcome = "busy"
            raise ExaminerBusy from error
        else:
            return answer
        finally:
            self._metrics.trials.labels(outcome).inc()
            self._metrics.trial_seconds.observe(time.perf_counter() - started)

    def _asked(self, question: Question) -> Answer:
        try:
            data = encoded(question)
        except UnicodeEncodeError as error:
            return Refused((not_text(error),))
        if len(data) > QUESTION_LIMIT:
            return Refused((too_expensive(self._limits),))
        with self._pool.lent() as process:
            process.await_ready()
            return process.ask(data)


def _error(answer: Answer) -> SchemaInvalid | FormatUnsupported | ExaminerBusy:
    match answer:
        case Refused(violations):
            return SchemaInvalid(violations)
        case Unsupported(message):
            return FormatUnsupported(message)
        case _:  # an answer to another question: no process of ours gives one
            return ExaminerBusy()
