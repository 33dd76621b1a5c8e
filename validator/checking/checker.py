"""The `LimitedChecker` that the worker runs with."""

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat, Violation
from sluicegate.shared.sandbox.ending import Cause, Ending
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.process import ProcessEnded, ProcessUnusable, Program, Sandbox
from sluicegate.validator.checking import messages
from sluicegate.validator.checking.futile import Vain
from sluicegate.validator.checking.messages import (
    Accept,
    Answer,
    Broken,
    Explain,
    Fits,
    Load,
    Question,
    RefusedPayload,
    TooMuch,
    Unknown,
)
from sluicegate.validator.checking.postponed import Postponed
from sluicegate.validator.model import VALID, Code, Invalid, Retry, Unprocessable, Verdict
from sluicegate.validator.pipeline.limited import Pulse, Subject, code_of
from sluicegate.validator.telemetry.metrics import Metrics

MODULE: Final = "sluicegate.validator.checking.child"

TOO_EXPENSIVE: Final = "too_expensive"
"""The code of the one violation of payloads whose check was given up."""

_ATTEMPTS: Final = 3
"""Processes that one payload may lose before its check is given up or postponed."""
_CRASHES: Final = 2
"""Processes that a payload has to crash to be condemned: one crash may have another reason."""


Warn: TypeAlias = Callable[..., object]
"""Receives the name of an event and its fields."""


def _crashes_checker(ending: str) -> Unprocessable:
    return Unprocessable(
        Code.PAYLOAD_CRASHES_CHECKER,
        f"The payload cannot be checked: each process that checks it crashes ({ending})",
    )


def _unusable(subject: Subject, why: str) -> Unprocessable:
    return Unprocessable(Code.SCHEMA_UNUSABLE, f"Schema {subject.schema.name} cannot be used: {why}")


def _silent(_: str, **__: object) -> None:
    pass


class _GivenUp(Exception):
    """The check takes more than it may."""


class _Crashed(Exception):
    """The check crashes every process that it runs in."""


class _Interrupted(Exception):
    """Something outside ended the processes: nothing is known about the payload."""


class SandboxedChecker:
    """`LimitedChecker` with one process for each format, started at its first use. Not thread-safe.

    `close` ends the processes. Each process limits itself for each payload and is replaced when it
    ends. A payload that exceeds a limit is invalid (`too_expensive`), and one that crashes two
    processes gets the code `payload_crashes_checker`. If something else ends a process, such as the
    kernel's out-of-memory killer, the payload is checked again after a pause.
    """

    def __init__(
        self,
        limits: Limits,
        options: FormatOptions,
        *,
        pulse: Pulse | None = None,
        metrics: Metrics | None = None,
        where: str = "",
        warn: Warn = _silent,
        module: str = MODULE,
        clock: Clock | None = None,
    ) -> None:
        """Prepare; no process starts yet.

        `where` names the settings of the limits, `pulse` is called during a check, and `warn`
        receives the ends of processes.
        """
        self._warn = warn
        self._pulse = pulse or Pulse()
        self._limits = limits
        self._options = msgspec.json.encode(options).decode()
        self._where = where
        self._module = module
        self._count = (metrics or Metrics()).limited_check
        self._processes: dict[SchemaFormat, Sandbox] = {}
        self._vain = Vain(clock or SystemClock())
        self._postponed = Postponed(clock or SystemClock())

    def beat(self) -> None:
        """See `LimitedChecker`."""
        self._pulse.beat()

    def verdict(self, subject: Subject, payload: bytes) -> Verdict:
        """See `LimitedChecker`."""
        return self._counted(lambda: self._verdict(subject, payload))

    def reasons(self, subject: Subject, payload: bytes) -> Invalid | Retry:
        """See `LimitedChecker`."""
        found = self._counted(lambda: self._reasons(subject, payload))
        assert isinstance(found, Invalid | Retry), "accepts and explain never disagree"
        return found

    def compiles(self, subject: Subject) -> Unprocessable | Retry | None:
        """See `LimitedChecker`."""
        load = Load(subject.key, subject.schema.source)
        try:
            self._understood(self._attempted(subject, b"", lambda process: self._ask(process, load)))
        except _GivenUp:
            return _unusable(subject, f"compiling it takes more than {self._limits.described}")
        except _Crashed as crash:
            return _unusable(subject, f"compiling it crashes ({crash})")
        except (_Interrupted, ProcessUnusable, OSError) as error:
            return Retry(f"No process can compile the schema at present: {error}")
        return None

    def close(self) -> None:
        """End every process. Idempotent."""
        processes, self._processes = self._processes, {}
        for process in processes.values():
            process.end()

    def _counted(self, check: Callable[[], Verdict]) -> Verdict:
        outcome = "unavailable"
        try:
            found = check()
        except _GivenUp:
            found, outcome = self._given_up("The payload cannot be checked: that takes"), "given_up"
        except _Crashed as crash:
            found, outcome = _crashes_checker(str(crash)), "crashed"
        except _Interrupted as interrupted:
            found, outcome = Retry(str(interrupted)), "interrupted"
        except (ProcessUnusable, OSError) as error:
            self._warn("no process checks payloads", reason=str(error))
            found = Retry(f"No process can check the payload at present: {error}")
        else:
            outcome = "answered"
        self._count(outcome)
        return found

    def _verdict(self, subject: Subject, payload: bytes) -> Verdict:
        answer = self._asked(subject, Accept(subject.key, payload))
        return VALID if answer == Fits(True) else self._reasons(subject, payload)

    def _reasons(self, subject: Subject, payload: bytes) -> Verdict:
        try:
            if self._vain.expected(subject.key, len(payload)):
                raise _GivenUp
            answer = self._asked(subject, Explain(subject.key, payload))
        except (_GivenUp, _Crashed):
            self._vain.add(subject.key, len(payload))
            return self._given_up("The payload does not fit the schema; finding out why takes")
        assert isinstance(answer, RefusedPayload), "what does not fit is explained"
        return Invalid(code_of(answer.fault), answer.violations)

    def _given_up(self, beginning: str) -> Invalid:
        message = f"{beginning} more than is allowed, which is {self._limits.described}{self._where}"
        return Invalid(Code.PAYLOAD_INVALID, (Violation("", TOO_EXPENSIVE, message),))

    def _asked(self, subject: Subject, question: Accept | Explain) -> Answer:
        """Return the answer to a question about a payload. Raises as `_attempted` does."""
        if len(question.payload) > messages.QUESTION_LIMIT // 2:
            raise _GivenUp
        return self._understood(
            self._attempted(subject, question.payload, lambda process: self._loaded(process, subject, question))
        )

    def _attempted(self, subject: Subject, payload: bytes, ask: Callable[[Sandbox], Answer]) -> Answer:
        """Return the answer of a process; try others if it ends.

        Raises `_GivenUp`, `_Crashed`, `_Interrupted`, `ProcessUnusable` and `OSError`.
        """
        if self._postponed.waits(subject.key, payload):
            raise _Interrupted("The process that checked the payload was ended from outside; it is checked again soon")
        crashes = 0
        for _ in range(_ATTEMPTS):
            process = self._ready(subject.schema.format)
            try:
                answer = ask(process)
            except ProcessEnded as error:
                process.end()
                self._warn(
                    "check ended", schema=subject.schema.schema_id, cause=error.ending.cause.value, reason=str(error)
                )
                crashes += error.ending.cause is Cause.CRASH
                self._judge(error.ending, crashes)
            else:
                self._postponed.remove(subject.key, payload)
                return answer
        self._postponed.add(subject.key, payload)
        raise _Interrupted("The process that checks the payload is ended from outside each time")

    def _judge(self, ending: Ending, crashes: int) -> None:
        """Raise if an ending is the fault of the payload."""
        if ending.cause is Cause.LIMIT:
            raise _GivenUp
        if crashes == _CRASHES:
            raise _Crashed(str(ending))

    def _loaded(self, process: Sandbox, subject: Subject, question: Accept | Explain) -> Answer:
        answer = self._ask(process, question)
        if isinstance(answer, Unknown):
            answer = self._ask(process, Load(subject.key, subject.schema.source))
            answer = answer if isinstance(answer, TooMuch | Broken) else self._ask(process, question)
        return answer

    def _ask(self, process: Sandbox, question: Question) -> Answer:
        return process.ask(messages.encoded(question), messages.answer, self._pulse.beat)

    def _understood(self, answer: Answer) -> Answer:
        if isinstance(answer, Broken):
            self._warn("check failed", trace=answer.trace)
            raise _Crashed("an error in the checker, which the log shows")
        if isinstance(answer, TooMuch):
            raise _GivenUp
        return answer

    def _ready(self, schema_format: SchemaFormat) -> Sandbox:
        process = self._processes.get(schema_format)
        if process is None or process.spent:
            if process is not None:
                process.end()
            arguments = (schema_format.value, self._options)
            process = Sandbox(Program(self._module, arguments, self._limits, messages.ANSWER_LIMIT))
            self._processes[schema_format] = process
        process.await_ready(self._pulse.beat)
        return process
