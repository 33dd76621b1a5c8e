"""Carrying a plan out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sluicegate.shared.client.errors import RegistryRefused
from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.planning import Step

Track = Callable[[Iterable[Step], str], Iterable[Step]]
"""Passes steps on, and shows how far it is."""


@dataclass(frozen=True, slots=True)
class StepFailure:
    """A step that the registry refused, and why."""

    step: Step
    reason: str


def carry_out(client: SubjectsClient, steps: Iterable[Step], track: Track, said: str) -> tuple[StepFailure, ...]:
    """Execute all steps; return the refused ones.

    Raises `ClientError` if the registry is unreachable.
    """
    failures = []
    for step in track(steps, said):
        try:
            _carry_out(client, step)
        except RegistryRefused as error:
            failures.append(StepFailure(step, error.report.message))
    return tuple(failures)


def _carry_out(client: SubjectsClient, step: Step) -> None:
    if step.version is not None:
        client.register(step.version)
    elif step.bundle is not None:
        client.register_bundle(step.bundle)
    elif step.deletion is not None:
        client.delete(step.deletion)
    elif step.config is not None:
        client.set_config(step.subject, step.config)
    elif step.forgets == "config":
        client.set_config(step.subject, None)
    else:
        client.set_mode(step.subject, step.mode)
