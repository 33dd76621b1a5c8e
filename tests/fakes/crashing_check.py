"""`validator.checking.child`, but for payloads of more than 100 bytes, over which it crashes."""

import os
import signal
import sys

from sluicegate.shared.sandbox.serving import Answered
from sluicegate.validator.checking import child, messages
from sluicegate.validator.checking.messages import Load

plain = child.Checking.answered


def crashing(checking: child.Checking, data: bytes) -> Answered:
    question = messages.question(data)
    if not isinstance(question, Load) and len(question.payload) > 100:
        os.kill(os.getpid(), signal.SIGSEGV)
    return plain(checking, data)


if __name__ == "__main__":
    setattr(child.Checking, "answered", crashing)  # noqa: B010 - mypy refuses the assignment
    child.main(sys.argv[1:])
