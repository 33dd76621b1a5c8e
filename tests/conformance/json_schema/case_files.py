"""The small inputs beside this file, each for a kind.

The expected result is in `expected.txt` or `README`.
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases"


def value(path: Path) -> Any:
    """The JSON value in a file."""
    return json.loads(path.read_text())
