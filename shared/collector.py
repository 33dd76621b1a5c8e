"""Python's garbage collector, told what is worth its time."""

import gc

_AFTER = 50_000
"""New objects between two runs: requests and batches make tens of thousands, none of them in cycles."""


def spare() -> None:
    """Keep what has been loaded away from the collector, and let it run less often. Once, when a process is ready for its work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_AFTER, 20, 50)
