"""One trial process as the registry sees it."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from registry_api.trial import messages
from registry_api.trial.channel import Channel, ChannelBroken
from registry_api.trial.limits import TrialLimits
from registry_api.trial.messages import Answer
from shared.formats.options import Policy

START_SECONDS = 20.0
"""How long a process may take to load what it needs. It takes a fifth of a second when the machine has time."""

PROGRAM = "registry_api.trial.child"
"""The module that a process runs."""


class ProcessEnded(Exception):
    """The process ended over a question, or said what nobody would say."""


class ProcessUnusable(Exception):
    """The process does not start, or neither answers nor ends: the machine is at fault, and not the question."""


class TrialProcess:
    """A process that answers questions, one at a time. Not thread-safe. `end` ends it."""

    def __init__(self, limits: TrialLimits, program: str = PROGRAM, policy: Policy = Policy.STRICT) -> None:
        """Start the process and return at once. Raises `OSError` when the machine does not allow another one."""
        self._patience = limits.patience
        self._channel, self._process = _start(program, str(limits.seconds), str(limits.memory_bytes), policy.value)
        self._ready = False
        self._spent = False

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def spent(self) -> bool:
        """Whether it must not be asked any more, for whatever it did or said. One that is idle is silent."""
        return self._spent or (self._ready and self._channel.has_news())

    def await_ready(self) -> None:
        """Wait until it has loaded what it needs. Raises `ProcessUnusable`."""
        if self._ready:
            return
        self._spent = True
        try:
            greeting = self._channel.receive(len(messages.READY), START_SECONDS)
        except (ChannelBroken, TimeoutError) as error:
            raise ProcessUnusable("it does not start") from error
        if greeting != messages.READY:
            raise ProcessUnusable("it greets with something else")
        self._ready, self._spent = True, False

    def ask(self, question: bytes) -> Answer:
        """The answer to a question. Raises `ProcessEnded` and `ProcessUnusable`."""
        self._spent = True  # until it has answered: whatever interrupts this, nobody else may get the answer
        try:
            self._channel.send(question, self._patience)
            reply = messages.reply(self._channel.receive(messages.ANSWER_LIMIT, self._patience))
        except TimeoutError as error:
            raise ProcessUnusable("it does not answer in time") from error
        except (ChannelBroken, ValueError) as error:
            raise ProcessEnded(str(error)) from error
        self._spent = reply.last
        return reply.answer

    def end(self) -> int:
        """End it, whatever it does, and say how it ended: its exit code, or a signal's number, negative. Idempotent."""
        self._spent = True
        self._channel.close()
        self._process.kill()
        return self._process.wait()


def _start(program: str, *arguments: str) -> tuple[Channel, "subprocess.Popen[bytes]"]:
    """Nothing of this process's own goes along but where Python finds its modules: no environment, no files, no terminal.

    No code runs between fork and exec, which would be slow and not safe in threads. A process whose registry is gone, however it went,
    reads the end of the channel and ends too.
    """
    ours, theirs = socket.socketpair()
    modules = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    environment = {"PYTHONPATH": modules, "TMPDIR": tempfile.gettempdir()}
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - a program of our own, arguments that we made
                [sys.executable, "-P", "-m", program, *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment,
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return Channel(ours), process
