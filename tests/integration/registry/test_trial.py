"""Trial processes under attack from inside: each test's schema behaves like hostile code."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sluicegate.registry_api.core.errors import ExaminerBusy, SchemaInvalid
from sluicegate.registry_api.core.model import NumberedSource
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.registry_api.trial.program import trial_program
from sluicegate.shared.errors import CompilerUnavailable
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.pool import ProcessPool
from sluicegate.shared.sandbox.process import Sandbox
from tests.fakes.trial_child import killed_once_mark
from tests.fixtures.programs import until
from tests.fixtures.trials import MIB, SHIPPED, trials

HOSTILE = "tests.fakes.trial_child"
QUICK = Limits(seconds=0.2, memory_bytes=128 * MIB, patience_factor=200)
MODES = list(ValidityMode)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own limits are Linux's")


@pytest.fixture(scope="module")
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture(scope="module")
def examiner(metrics: Metrics) -> Iterator[TrialExaminer]:
    with trials(HOSTILE, QUICK, metrics=metrics) as found:
        yield found


def judge(examiner: TrialExaminer, text: str, mode: ValidityMode = ValidityMode.FULL) -> str:
    return examiner.content(SchemaFormat.JSON, SchemaSource(text), mode).fingerprint


def refused(examiner: TrialExaminer, text: str, mode: ValidityMode = ValidityMode.FULL) -> str:
    """Return the code of the one violation of a text; the next text is checked as usual."""
    with pytest.raises(SchemaInvalid) as caught:
        judge(examiner, text, mode)
    assert judge(examiner, "a:int") == judge(examiner, "a:int # again")
    (violation,) = caught.value.violations
    assert violation.message.endswith((".", "each other", "character"))
    return violation.code


def fault(examiner: TrialExaminer, text: str) -> str:
    """Return the fault that a hostile text gets."""
    with pytest.raises(RuntimeError) as caught:
        judge(examiner, text)
    assert judge(examiner, "a:int")
    return str(caught.value).splitlines()[-1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("deed", ["spin", "spin-in-c", "crash", "leave", "recurse"])
def test_who_takes_too_much_or_brings_the_process_down_is_refused(
    examiner: TrialExaminer, deed: str, mode: ValidityMode
) -> None:
    assert refused(examiner, deed, mode) == "too_expensive"


@linux
def test_memory_is_bounded(examiner: TrialExaminer) -> None:
    assert refused(examiner, "grow") == "too_expensive"


@pytest.mark.parametrize("deed", ["babble", "flood"])
def test_who_says_what_nobody_would_say_is_refused(examiner: TrialExaminer, deed: str) -> None:
    assert refused(examiner, deed) == "too_expensive"


def test_a_comparison_is_bounded_too(examiner: TrialExaminer) -> None:
    history = [NumberedSource(VersionNumber(1), SchemaSource("spin"))]
    with pytest.raises(SchemaInvalid) as caught:
        examiner.incompatibilities(SchemaFormat.JSON, CompatibilityMode.FULL, SchemaSource("a:int"), history)
    assert caught.value.violations[0].code == "too_expensive"


def test_a_process_gives_a_comparison_more_time_than_a_schema(examiner: TrialExaminer) -> None:
    """The process itself holds both limits: its own timer ends it, whatever the registry waits for."""
    assert refused(examiner, "work") == "too_expensive"
    history = [NumberedSource(VersionNumber(1), SchemaSource("work"))]
    found = examiner.incompatibilities(SchemaFormat.JSON, CompatibilityMode.BACKWARD, SchemaSource("a:int"), history)
    assert isinstance(found, tuple)


@linux
def test_an_idle_process_that_is_killed_leaves_no_zombie() -> None:
    """A killed process is reaped and replaced without a question to the pool."""
    program = trial_program(SHIPPED, module=HOSTILE)
    pool = ProcessPool(lambda: Sandbox(program), 1, wait_seconds=30.0)
    pool.keep_swept()
    try:
        with pool.lent() as process:
            process.await_ready()
            pid = process.pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{pid}").exists(), "the killed process is gone from the table of processes")
        with pool.lent() as process:
            process.await_ready()
            assert process.pid != pid
    finally:
        pool.close()


def test_half_a_character_is_refused_before_anything_is_asked(examiner: TrialExaminer) -> None:
    assert refused(examiner, "\ud800") == "encoding"


def test_a_process_that_does_not_get_the_machines_time_is_no_verdict() -> None:
    """It neither answers nor uses time of the processor: nothing is known about the schema."""
    with trials(HOSTILE, Limits(seconds=0.1, patience_factor=50)) as examiner:
        judge(examiner, "a:int")
        with pytest.raises(ExaminerBusy):
            judge(examiner, "sleep")
        assert judge(examiner, "a:int")


def test_a_process_that_does_not_start_is_no_verdict() -> None:
    with trials("tests.fakes.no_such_program") as examiner:
        for _ in range(2):
            with pytest.raises(ExaminerBusy):
                judge(examiner, "{}")


def test_a_compiler_that_cannot_be_run_is_no_verdict(examiner: TrialExaminer) -> None:
    with pytest.raises(CompilerUnavailable, match="no compiler"):
        judge(examiner, "unavailable")


def test_an_engines_own_fault_is_no_verdict_and_is_told_of(examiner: TrialExaminer) -> None:
    assert fault(examiner, "fault") == 'KeyError: "an engine\'s own fault"'


def test_there_is_no_network(examiner: TrialExaminer) -> None:
    assert "a sandbox has no network" in fault(examiner, "connect")


def test_files_are_small(examiner: TrialExaminer) -> None:
    assert "File too large" in fault(examiner, "write")


def test_nothing_of_the_registrys_environment_is_there(examiner: TrialExaminer) -> None:
    ours = ("LC_CTYPE", "PYTHONPATH", "TMPDIR")  # the first is Python's own
    line = fault(examiner, "environment")
    assert set(line.removeprefix("KeyError: ").strip("[]").replace("'", "").split(", ")) <= set(ours)


def test_compilers_can_be_run(examiner: TrialExaminer) -> None:
    """Protobuf's compiler is a program."""
    assert judge(examiner, "shell")


@linux
def test_a_process_that_has_grown_is_replaced() -> None:
    with trials(HOSTILE, SHIPPED) as examiner:
        judge(examiner, "a:int")
        before = children()
        judge(examiner, "swell")
        judge(examiner, "a:int")
        after = children()
        assert len(after) == len(before)
        assert after != before


def test_questions_are_counted(examiner: TrialExaminer, metrics: Metrics) -> None:
    def count(outcome: str) -> float:
        return float(metrics.trials.labels(outcome)._value.get())

    answered, ended = count("answered"), count("ended")
    refused(examiner, "crash")
    assert count("answered") - answered == 2
    assert count("ended") - ended == 1


def test_closing_ends_every_process_and_closed_nobody_is_judged() -> None:
    before = children()
    with trials(HOSTILE, QUICK, processes=3) as examiner:
        judge(examiner, "a:int")
        assert len(children() - before) == 3
        examiner.close()
        assert children() == before
        with pytest.raises(ExaminerBusy):
            judge(examiner, "a:int")


_ORPHAN_MAKER = """
import os, sys
from tests.fixtures.trials import trials
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode
with trials() as examiner:
    examiner.content(SchemaFormat.JSON, SchemaSource("{}"), ValidityMode.FULL)
    print(*(process.pid for process in examiner._pool._running), flush=True)
    sys.stdin.read()
"""


@linux
def test_a_process_ends_when_its_registry_is_killed() -> None:
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", _ORPHAN_MAKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as registry:
        assert registry.stdout is not None
        (pid,) = map(int, registry.stdout.readline().split())
        assert running(pid)
        os.kill(registry.pid, signal.SIGKILL)
        until(lambda: not running(pid), "the trial process is gone")


def children() -> set[int]:
    """The ids of this process's children that run trials."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in found if running(int(pid))}


def running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"trial" in command and state not in {"Z", "X"}


def test_trial_that_is_ended_from_outside_condemns_nothing(examiner: TrialExaminer) -> None:
    """Like the kernel's out-of-memory killer: another process is asked, then the registry is busy."""
    with pytest.raises(ExaminerBusy):
        judge(examiner, "killed")
    assert judge(examiner, "a:int")


def test_trial_that_is_ended_from_outside_once_is_repeated(examiner: TrialExaminer) -> None:
    mark = Path(killed_once_mark(os.getpid()))
    try:
        assert judge(examiner, "killed-once")
        assert mark.is_dir()
    finally:
        mark.rmdir()
