"""A sandboxed program that echoes questions: `python -m tests.fakes.echo_child`.

Arguments: those of `Sandbox`, and seconds without a question until it ends. `slowly` is answered
after some processor time, `last` for the last time. `signal N` sends the signal to the program
itself, `exit N` ends it, `close` closes its channel without an answer, and `babble` writes an
invalid answer.
"""

import os
import sys
import time

from sluicegate.shared.sandbox.serving import Answered, limits_from, serve


def answer(question: bytes) -> Answered:
    if question == b"slowly":
        until = time.process_time() + 0.6
        while time.process_time() < until:
            pass
    match question.split():
        case [b"signal", number]:
            os.kill(os.getpid(), int(number))
        case [b"exit", code]:
            os._exit(int(code))
        case [b"close"]:
            os.close(0)
            time.sleep(60)  # noqa: TID251 - a child without a clock of its own
        case [b"babble"]:
            os.write(0, b"\xff\xff\xff\xff")
            time.sleep(60)  # noqa: TID251
        case _:
            pass
    return Answered(question, good=question != b"last")


if __name__ == "__main__":
    limits, (seconds,) = limits_from(sys.argv[1:])
    serve(limits, 1000, answer, float(seconds))
