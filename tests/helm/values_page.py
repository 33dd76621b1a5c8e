"""The comments in values.yaml: source of the README's table and the schema's descriptions.

`python -m tests.helm.values_page` writes both.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.helm.chart import CHART

README = CHART / "README.md"
SCHEMA = CHART / "values.schema.json"
_START, _END = "<!-- values -->\n", "<!-- end of values -->\n"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that can be given."""

    path: str
    default: Any
    meaning: str


def documented() -> list[Value]:
    """The values that have a comment, in the file's order."""
    root = yaml.compose((CHART / "values.yaml").read_text(encoding="utf-8"))
    lines = (CHART / "values.yaml").read_text(encoding="utf-8").splitlines()
    return list(_walk(root, "", lines))


def undocumented() -> list[str]:
    """The values without a comment, that have none below them either."""
    known = [value.path for value in documented()]
    with (CHART / "values.yaml").open(encoding="utf-8") as file:
        every = _leaves(yaml.safe_load(file), "")
        return [path for path in every if not any(path == each or path.startswith(f"{each}.") for each in known)]


def table() -> str:
    """The table in Markdown."""
    rows = (f"| `{each.path}` | `{json.dumps(each.default)}` | {each.meaning} |" for each in documented())
    return "\n".join(["| value | default | meaning |", "|---|---|---|", *rows, ""])


def page(text: str) -> str:
    """The README with the table as it should be."""
    head, _, rest = text.partition(_START)
    _, _, tail = rest.partition(_END)
    return f"{head}{_START}\n{table()}\n{_END}{tail}"


def described(schema: Any) -> Any:
    """The schema with the descriptions as they should be."""
    for value in documented():
        if value.path != "validatorDefaults":
            _property(schema, value.path)["description"] = value.meaning
    return schema


def _property(schema: Any, path: str) -> Any:
    """The schema of a value."""
    node = schema
    for part in path.split("."):
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        node = node["properties"][part]
    return node


def _walk(node: yaml.Node | None, path: str, lines: list[str]) -> Iterator[Value]:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        name = f"{path}.{key.value}" if path else key.value
        comment = lines[key.start_mark.line - 1].strip() if key.start_mark.line else ""
        if comment.startswith("# -- "):
            yield Value(name, yaml.safe_load(yaml.serialize(value)), comment.removeprefix("# -- "))
        else:
            yield from _walk(value, name, lines)


def _leaves(values: Any, path: str) -> Iterator[str]:
    if isinstance(values, dict) and values:
        for key, value in values.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    else:
        yield path


if __name__ == "__main__":
    schema = described(json.loads(SCHEMA.read_text(encoding="utf-8")))
    SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    README.write_text(page(README.read_text(encoding="utf-8")), encoding="utf-8")
