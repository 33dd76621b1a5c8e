"""The environment of the processes that a quickstart starts."""

import os
from collections.abc import Mapping

_OURS = "SLUICEGATE_"
_LOOPBACK = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}  # the parts talk to each other on this machine alone


def child_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with a child's settings, and with no other setting of ours: a quickstart is the same everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_OURS)}
    return {**kept, **_LOOPBACK, **settings}
