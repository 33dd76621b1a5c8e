"""A sandboxed program that says what it is told: `python -m tests.fakes.echo_child` and what `Sandbox` adds, and seconds.

It leaves when it has been told nothing for so many seconds; `slowly` is answered after a while of processor time, `last` for the last time.
"""

import sys
import time

from shared.sandbox.serving import Answered, limits_from, serve


def answer(question: bytes) -> Answered:
    if question == b"slowly":
        until = time.process_time() + 0.6
        while time.process_time() < until:
            pass
    return Answered(question, good=question != b"last")


if __name__ == "__main__":
    limits, (seconds,) = limits_from(sys.argv[1:])
    serve(limits, 1000, answer, float(seconds))
