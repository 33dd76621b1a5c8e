"""A settings file with every setting, its description and its default, made from the settings' model."""

import textwrap
import types
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final, Union, get_args, get_origin

import orjson
from pydantic import BaseModel
from pydantic.fields import FieldInfo

_WIDTH: Final = 96


def template(model: type[BaseModel], title: str, prefix: str, examples: Mapping[str, Any]) -> str:
    """Return the text of a TOML file.

    `examples`: dotted name -> a value that the file gives. All other settings are comments with
    their defaults. A name that ends in a dot gives a whole table as a comment.
    """
    head = (
        f"{title} A line `# name = value` shows a default, and `...` is none: remove the `# ` to change it. "
        f"The environment wins over this file: {prefix} and the name in capitals, two underscores for each dot."
    )
    return "\n".join([*_comment(head), *_table(model, (), examples)]) + "\n"


def _table(model: type[BaseModel], path: Sequence[str], examples: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table: its own settings first, as TOML demands, then the tables in it."""
    below: list[tuple[str, FieldInfo, type[BaseModel]]] = []
    for attribute, field in model.model_fields.items():
        name = field.alias or attribute
        nested = _nested(field.annotation)
        if nested is not None:
            below.append((name, field, nested))
            continue
        yield ""
        yield from _comment(field.description or "")
        yield _line(name, field, examples.get(".".join((*path, name))))
    for name, field, nested in below:
        place = (*path, name)
        yield ""
        yield from _comment(field.description or "")
        # A table that is optional would no longer be absent, and a list of tables would have one.
        optional = field.get_default(call_default_factory=True, validated_data={}) in (None, ()) and not (
            field.is_required()
        )
        mark = "# " if optional and not any(each.startswith(".".join(place)) for each in examples) else ""
        title = ".".join(place)
        yield f"{mark}[[{title}]]" if _is_list(field.annotation) else f"{mark}[{title}]"
        lines = _table(nested, place, examples)
        yield from (line if not mark or line.startswith("#") or not line else f"# {line}" for line in lines)


def _line(name: str, field: FieldInfo, example: Any) -> str:
    if example is not None:
        return f"{name} = {_toml(example)}"
    value = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
    return f"# {name} = {_toml('...' if value is None else value)}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)]


def _toml(value: Any) -> str:
    """Return a value as TOML has it; JSON's scalars, lists and texts are TOML's."""
    match value:
        case Enum():
            return _toml(value.value)
        case Mapping():
            return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }" if value else "{}"
        case tuple() | list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case Path():
            return _toml(str(value))
    return orjson.dumps(value).decode()


def _nested(annotation: object) -> type[BaseModel] | None:
    """Return the model of a table, or of the tables in a list; None for a plain setting."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Annotated, Union, types.UnionType, tuple, list):
        return next((found for each in get_args(annotation) if (found := _nested(each)) is not None), None)
    return None


def _is_list(annotation: object) -> bool:
    return get_origin(annotation) in (tuple, list)
