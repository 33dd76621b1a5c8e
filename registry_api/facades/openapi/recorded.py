"""Examples of answers: those of a real registry, which `python -m tests.docs.openapi_answers` wrote."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

Answers = Mapping[str, Mapping[str, Any]]
"""Operation -> status -> body; a text where the body is no JSON."""


def answers() -> Answers:
    """Read the answers from the package."""
    text = files("sluicegate.registry_api.facades.openapi").joinpath("answers.json").read_text(encoding="utf-8")
    found: Answers = json.loads(text)
    return found
