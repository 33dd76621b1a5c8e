"""Children that do not outlive this process, however it ends."""

import ctypes
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def ends_with_parent(signum: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that asks the kernel to send the child a signal when its parent is gone.

    Linux only; None elsewhere.

    The kernel means the parent's *thread*, so only children of the main one ask for it.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    # looked up before the fork: only the call itself is safe after it
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signum)
