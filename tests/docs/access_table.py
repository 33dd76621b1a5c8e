"""The table of operations and roles in docs/reference/access.md, rendered from the operations that the registry serves.

`python -m tests.docs.access_table` writes it.
"""

from sluicegate.registry_api.facades.operation import Facade
from tests.docs.import_map import ROOT
from tests.fakes.registry_service import Service

PAGE = ROOT / "docs/reference/access.md"
BEGIN, END = "<!-- operations: begin -->\n", "<!-- operations: end -->"
TITLES = {
    "native": "Native API",
    "confluent": "Confluent's API",
    "artifacts": "Artifacts API",
    "admin": "Administration",
    "ops": "Operation of the registry",
}


def render() -> str:
    """Return the tables as Markdown, one for each API."""
    parts: dict[str, list[str]] = {}
    for facade in Service().application.facades:
        if facade.operations:
            parts.setdefault(TITLES[facade.name], []).extend(_rows(facade))
    head = "| operation | needs |\n|---|---|\n"
    return "\n".join(f"### {title}\n\n{head}{''.join(rows)}" for title, rows in parts.items())


def _rows(facade: Facade) -> list[str]:
    return [
        f"| `{operation.method} {operation.path}` | {operation.need or 'nothing'} |\n"
        for operation in facade.operations
    ]


def written(page: str) -> str:
    """Return the tables that a page has."""
    return page.partition(BEGIN)[2].partition(END)[0]


def replaced(page: str) -> str:
    """Return the page with the present tables."""
    return page.replace(BEGIN + written(page) + END, BEGIN + render() + END)


if __name__ == "__main__":
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
