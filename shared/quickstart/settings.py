"""The environment of the processes that a quickstart starts."""

import os
from collections.abc import Mapping

_OURS = "SLUICEGATE_"
# the parts communicate on this machine only
_LOOPBACK = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def child_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this environment with a child's settings, and without other settings of the project.

    A quickstart is the same everywhere.
    """
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_OURS)}
    return {**kept, **_LOOPBACK, **settings}
