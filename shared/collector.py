"""Python's garbage collector, configured for work without cycles."""

import gc


def spare(after: int) -> None:
    """Exclude loaded objects from the collector, and run it less often.

    Call it once, when the process is ready. A run follows `after` new objects. `after` should
    exceed the objects of one piece of work: requests and batches make tens of thousands, none in
    cycles, and all short-lived.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(after, 20, 50)
