"""Python's garbage collector, told what is worth its time."""

import gc


def spare(after: int) -> None:
    """Keep what has been loaded away from the collector, and let it run less often. Once, when a process is ready for its work.

    `after` so many new objects it looks through them. It should be more than the work makes at a time: requests and batches make tens of
    thousands, none of them in cycles, and all gone by themselves.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(after, 20, 50)
