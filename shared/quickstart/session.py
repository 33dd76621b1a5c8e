"""One quickstart from beginning to end."""

import json
import sys
from dataclasses import dataclass

from sluicegate.shared.clock import Clock
from sluicegate.shared.quickstart.addresses import Addresses
from sluicegate.shared.quickstart.commands import Commands
from sluicegate.shared.quickstart.errors import QuickstartError
from sluicegate.shared.quickstart.folder import FolderLock
from sluicegate.shared.quickstart.interrupts import Interrupts, RunInterrupted
from sluicegate.shared.quickstart.screen import Screen
from sluicegate.shared.quickstart.stack import RunPlan, Stack

_SIGNALLED = 128  # a shell's exit code for a program that a signal ended


@dataclass(frozen=True, slots=True)
class Show:
    """The demonstration of a run, after everything is ready."""

    demo: bool = True
    exit_after_demo: bool = False
    as_json: bool = False


class QuickstartRun:
    """Starts all parts, shows the demonstration, and serves until the end. For the main thread."""

    def __init__(self, plan: RunPlan, show: Show, commands: Commands, screen: Screen, clock: Clock) -> None:
        """Use these options. Nothing starts, and no folder is created, before `run`."""
        self._plan = plan
        self._show = show
        self._commands = commands
        self._screen = screen
        self._clock = clock
        self._ready = False

    def run(self) -> int:
        """Run, and return the exit code.

        0 if everything was ready, otherwise the shell's code for the signal. Raises
        `QuickstartError` and the launchers' errors; nothing is left running then either.
        """
        self._plan.folder.prepare()
        with Interrupts() as interrupts:
            try:
                with FolderLock(self._plan.folder, self._clock) as lock:
                    self._run(interrupts, lock.descriptor)
            except RunInterrupted as signal:
                return 0 if self._ready else _SIGNALLED + signal.signum
            except OSError as error:
                raise QuickstartError(f"The system refused something: {error}") from error
        return 0

    def _run(self, interrupts: Interrupts, lock: int) -> None:
        begun = self._clock.monotonic()
        self._screen.begins(self._plan.folder.path)

        def announce(part: str, where: str) -> None:
            self._screen.part_ready(part, where, self._clock.monotonic() - begun)

        try:
            with Stack(self._plan, self._commands, interrupts, self._clock, lock, announce) as stack:
                self._serve(stack)
        finally:
            self._screen.stopped()

    def _serve(self, stack: Stack) -> None:
        try:
            addresses = stack.start()
            self._ready = True
            self._tell(addresses)
            self._present(stack, addresses)
        finally:
            self._screen.stopping()

    def _tell(self, addresses: Addresses) -> None:
        if self._show.as_json:
            sys.stdout.write(f"{json.dumps(addresses.as_json())}\n")
            sys.stdout.flush()

    def _present(self, stack: Stack, addresses: Addresses) -> None:
        # Imported only here: that takes a while, which must not lengthen the start.
        from sluicegate.shared.quickstart.showing import demonstrate, serve

        if self._show.exit_after_demo:
            demonstrate(addresses, self._screen, self._clock, stack.check)
        else:
            serve(addresses, self._screen, self._clock, stack.check, demo=self._show.demo)
