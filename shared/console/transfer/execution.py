"""Carrying a plan out.

Most steps concern one subject each, so several threads send them. A step follows the earlier steps
of its subject and the versions that it refers to; `waves` works that out.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.client.errors import RegistryRefused
from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.model import Place
from sluicegate.shared.console.transfer.planning import Step
from sluicegate.shared.console.transfer.progress import Track

_THREADS: Final = 4


@dataclass(frozen=True, slots=True)
class StepFailure:
    """A step that the registry refused, and why."""

    step: Step
    reason: str


def carry_out(client: SubjectsClient, steps: Sequence[Step], track: Track, said: str) -> tuple[StepFailure, ...]:
    """Execute all steps; return the refused ones.

    Raises `ClientError` if the registry is unreachable; the steps that are under way end first.
    """
    failures: list[StepFailure] = []
    order = {id(step): number for number, step in enumerate(steps)}

    def done() -> Iterator[str]:
        for wave in waves(steps):
            for step, failure in _together(client, wave):
                failures.extend([failure] if failure else [])
                yield step.subject

    for _ in track(done(), said, len(steps)):
        pass
    return tuple(sorted(failures, key=lambda each: order[id(each.step)]))


def waves(steps: Iterable[Step]) -> list[list[Step]]:
    """Return sets of steps that need not wait for each other, in their order.

    A step that concerns more than its subject, or takes the next free id, is alone in its set.
    """
    found: list[list[Step]] = []
    subjects: dict[str, int] = {}
    places: dict[Place, int] = {}
    floor = 0
    for step in steps:
        if _is_alone(step):
            number = len(found)
            floor = number + 1
        else:
            needs = step.version.needs if step.version else ()
            earlier = (subjects.get(step.subject, -1), *(places.get(need, -1) for need in needs))
            number = max(floor, 1 + max(earlier))
        found.extend([] for _ in range(number + 1 - len(found)))
        found[number].append(step)
        subjects[step.subject] = number
        if step.version is not None:
            places[step.version.place] = number
    return found


def _is_alone(step: Step) -> bool:
    """Return whether a step must not run beside others: schemas get their ids in order."""
    scope = step.subject
    wide = not scope or (scope.startswith(":.") and scope.endswith(":"))
    ordered = step.version is not None and (step.version.global_id is None or step.version.schema_id is not None)
    return wide or ordered or bool(step.bundle or step.deletion or (step.config and step.config.get("alias")))


def _together(client: SubjectsClient, wave: Sequence[Step]) -> Iterator[tuple[Step, StepFailure | None]]:
    if len(wave) == 1:
        yield wave[0], _tried(client, wave[0])
        return
    threads = ThreadPoolExecutor(_THREADS)
    try:
        pending = {threads.submit(_tried, client, step): step for step in wave}
        for future in as_completed(pending):
            yield pending[future], future.result()
    finally:
        threads.shutdown(cancel_futures=True)


def _tried(client: SubjectsClient, step: Step) -> StepFailure | None:
    try:
        _carry_out(client, step)
    except RegistryRefused as error:
        return StepFailure(step, error.report.message)
    return None


def _carry_out(client: SubjectsClient, step: Step) -> None:
    if step.version is not None:
        client.register(step.version)
    elif step.bundle is not None:
        client.register_bundle(step.bundle)
    elif step.deletion is not None:
        client.delete(step.deletion)
    elif step.deprecation is not None:
        client.deprecate(step.deprecation)
    elif step.config is not None:
        client.set_config(step.subject, step.config)
    elif step.forgets == "config":
        client.set_config(step.subject, None)
    else:
        client.set_mode(step.subject, step.mode)
