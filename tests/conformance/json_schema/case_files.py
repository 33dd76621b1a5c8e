"""The small inputs beside this file: each stands for a kind, with what is right in its `expected.txt` or `README`."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases"


def value(path: Path) -> Any:
    """The JSON value in a file."""
    return json.loads(path.read_text())
