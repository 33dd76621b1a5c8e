"""Dead letters on a terminal, and as JSON."""

import re
import sys
from collections.abc import Iterator, Sequence

import orjson
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sluicegate.validator.deadletters import grouping
from sluicegate.validator.deadletters.letter import Letter
from sluicegate.validator.deadletters.redrive import Tally
from sluicegate.validator.deadletters.trial import Forecast

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_ROW = 16
_SHOWN = 64 * 1024
"""Bytes of a payload that are shown to a person."""
_UNBOUNDED = 100_000
"""Width for output that is not a terminal: each row is one line, so `grep` and `cut` work."""


def show(*parts: RenderableType) -> None:
    """Print for a person, or in plain columns where there is none."""
    width = None if sys.stdout.isatty() else _UNBOUNDED
    Console(width=width, highlight=False, markup=False, emoji=False).print(*parts, sep="\n")


def plain(value: object) -> Text:
    """Return a value as text without control sequences: its author is not trusted."""
    return Text(_CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), str(value)))


def table(*names: str, rows: Sequence[Sequence[object]]) -> Table:
    """Rows under their names."""
    made = Table(*names, box=box.SIMPLE if sys.stdout.isatty() else None, pad_edge=False)
    for row in rows:
        made.add_row(*map(plain, row))
    return made


def groups(found: Sequence[grouping.LetterGroup], place: str, count: int) -> RenderableType:
    """The groups."""
    if not found:
        return plain(f"No dead letters wait at {place}.")
    rows = [
        (each.count, each.code, each.schema, each.version, each.path, each.latest.address, each.latest.reason)
        for each in found
    ]
    head = table("COUNT", "CODE", "SCHEMA", "VERSION", "PATH", "LATEST", "ITS REASON", rows=rows)
    return Group(head, plain(f"{count} dead letters at {place}"))


def groups_json(found: Sequence[grouping.LetterGroup], place: str, count: int) -> object:
    """The groups, for programs."""
    listed = [
        {
            "count": each.count,
            "code": each.code,
            "schema": each.schema,
            "version": each.version,
            "path": each.path,
            "first": each.first,
            "last": each.latest.time,
            "latest": each.latest.address,
            "reason": each.latest.reason,
        }
        for each in found
    ]
    return {"place": place, "count": count, "groups": listed}


def letter(one: Letter, *, in_hex: bool) -> RenderableType:
    """Render a dead letter: reason, violations, attributes, payload."""
    facts = [("address", one.address), ("from", one.source), ("when", one.time), ("by", one.worker)]
    facts += [("code", one.code), ("schema", f"{one.schema} version {one.version}"), ("reason", one.reason)]
    facts.append(("key", _text(one.message.key)))
    parts: list[RenderableType] = [table("", "", rows=[fact for fact in facts if fact[1]])]
    if one.violations:
        parts.append(table("PATH", "RULE", "MESSAGE", rows=[(v.path, v.code, v.message) for v in one.violations]))
    rows = [(name, _text(value)) for name, value in one.message.headers if not name.startswith("deadLetter")]
    if rows:
        parts.append(table("ATTRIBUTE", "VALUE", rows=rows))
    parts.append(payload(one.message.payload, in_hex=in_hex))
    return Group(*parts)


def letter_json(one: Letter) -> object:
    """One dead letter, for programs. Bytes are text where they are UTF-8, and hexadecimal as well."""
    return {
        "address": one.address,
        "code": one.code,
        "reason": one.reason,
        "errors": [{"path": v.path, "keyword": v.code, "message": v.message} for v in one.violations],
        "source": one.source,
        "time": one.time,
        "worker": one.worker,
        "schema": one.schema,
        "version": one.version,
        "key": _text(one.message.key),
        "attributes": [[name, _text(value)] for name, value in one.message.headers],
        "payload": {"text": _utf8(one.message.payload), "hex": (one.message.payload or b"").hex()},
    }


def payload(data: bytes | None, *, in_hex: bool) -> RenderableType:
    """Render a payload: formatted JSON, other text unchanged, other bytes in hexadecimal."""
    if not data:
        return plain("(null payload)" if data is None else "(empty payload)")
    text = None if in_hex else _utf8(data)
    if text is None:
        return Text("\n".join(hex_rows(data[:_SHOWN])) + _more(data))
    try:
        return plain(orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode())
    except orjson.JSONDecodeError:
        return plain(text[:_SHOWN] + _more(data))


def hex_rows(data: bytes) -> Iterator[str]:
    """Sixteen bytes a line: place, bytes, and the characters that they are in ASCII."""
    for start in range(0, len(data), _ROW):
        row = data[start : start + _ROW]
        characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"{start:08x}  {row.hex(' '):<{3 * _ROW - 1}}  {characters}"


def tally(done: Tally, *, dry: bool) -> RenderableType:
    """Render the result of a redrive, or of a dry run."""
    verb = "would pass" if dry else "passed and were sent on"
    text = plain(f"{done.passed} {verb}, {done.stayed} {'would stay' if dry else 'stay'} dead letters")
    if not done.codes:
        return text
    rows = [(count, code) for code, count in sorted(done.codes.items(), key=lambda each: -each[1])]
    return Group(text, table("COUNT", "CODE", rows=rows))


def tally_json(done: Tally, *, dry: bool) -> object:
    """The same, for programs."""
    return {"dry_run": dry, "passed": done.passed, "stayed": done.stayed, "codes": done.codes}


def forecast(seen: Forecast, place: str) -> RenderableType:
    """Render the verdicts of a schema about live messages."""
    share = f" ({100 * seen.refused / seen.checked:.1f} %)" if seen.checked else ""
    text = plain(f"Of {seen.checked} messages on {place}, {seen.refused}{share} would be refused")
    rows = [(each.count, each.code, each.path, each.keyword, each.example, each.message) for each in seen.refusals]
    return Group(text, table("COUNT", "CODE", "PATH", "RULE", "EXAMPLE", "MESSAGE", rows=rows)) if rows else text


def forecast_json(seen: Forecast, place: str) -> object:
    """The same, for programs."""
    refusals = [
        {
            "count": each.count,
            "code": each.code,
            "path": each.path,
            "keyword": each.keyword,
            "example": each.example,
            "message": each.message,
        }
        for each in seen.refusals
    ]
    return {"place": place, "checked": seen.checked, "refused": seen.refused, "refusals": refusals}


def json_text(value: object) -> str:
    """JSON on a screen."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _utf8(data: bytes | None) -> str | None:
    """The text that bytes are; None when they are none."""
    try:
        return (data or b"").decode()
    except UnicodeDecodeError:
        return None


def _text(data: bytes | None) -> str:
    if data is None:
        return ""
    text = _utf8(data)
    return data.hex() if text is None else text


def _more(data: bytes) -> str:
    return f"\n... {len(data) - _SHOWN} more bytes" if len(data) > _SHOWN else ""
