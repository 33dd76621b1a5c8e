"""The import map of ARCHITECTURE.md, rendered from the import contracts in pyproject.toml.

`python -m tests.docs.import_map` writes it.
"""

import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- import map: begin -->\n", "<!-- import map: end -->"
WIDTH = 100


def render() -> str:
    """Return the map as a block of Markdown."""
    lines = (line for package, layers in contracts() for line in _lines(package, layers))
    return "\n".join(("```text", *lines, "```", ""))


def contracts() -> Iterator[tuple[str, list[str]]]:
    """Yield each package whose layers are complete, with its layers from top to bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract.get("exhaustive"):
            for container in contract["containers"]:
                yield container.removeprefix("sluicegate."), contract["layers"]


def _lines(package: str, layers: list[str]) -> list[str]:
    text = f"{package}: " + " → ".join(layer.replace(" ", "\N{NO-BREAK SPACE}") for layer in layers)
    wrapped = textwrap.wrap(text, WIDTH, break_on_hyphens=False, subsequent_indent="  ")
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrapped]


def written(page: str) -> str:
    """Return the map that a page has."""
    return page.partition(BEGIN)[2].partition(END)[0]


def replaced(page: str) -> str:
    """Return the page with the present map."""
    return page.replace(BEGIN + written(page) + END, BEGIN + render() + END)


if __name__ == "__main__":
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
