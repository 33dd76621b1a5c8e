"""Dead letters on a terminal, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from rich.console import RenderableType
from rich.text import Text

from sluicegate.shared.console.layout import Fields, Rows, plain, plain_lines
from sluicegate.validator.deadletters import grouping
from sluicegate.validator.deadletters.letter import Letter
from sluicegate.validator.deadletters.redrive import Tally
from sluicegate.validator.deadletters.trial import Forecast

_ROW = 16
_SHOWN = 64 * 1024
"""Bytes of a payload that are shown to a person."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a list of dead letters goes. `left_out` None: the broker does not tell."""

    looked_at: int
    limit: int
    left_out: int | None

    @property
    def is_complete(self) -> bool:
        """Whether all letters were looked at."""
        return self.left_out == 0 or (self.left_out is None and self.looked_at < self.limit)

    def sentence(self, count: int, place: str) -> str:
        """The number of letters that are shown, and of those that are not."""
        if self.is_complete:
            return f"{count:,} dead letters at {place}"
        among = "The" if count == self.looked_at else f"{count:,} among the"
        if self.left_out is None:
            return f"{among} first {self.looked_at:,} dead letters at {place}. Pass --limit for more."
        total = self.looked_at + self.left_out
        return f"{among} last {self.looked_at:,} of {total:,} dead letters at {place}. Pass --limit for more."


def groups(found: Sequence[grouping.LetterGroup], place: str, count: int, reach: Reach) -> Iterator[RenderableType]:
    """The groups."""
    if not found and reach.is_complete:
        yield plain(f"No dead letters wait at {place}.")
        return
    rows = [
        (str(each.count), each.code, each.schema, each.version, each.path, each.latest.address, each.latest.reason)
        for each in found
    ]
    if rows:
        yield Rows(("COUNT", "CODE", "SCHEMA", "VERSION", "PATH", "LATEST", "ITS REASON"), rows)
    yield plain(reach.sentence(count, place))


def groups_json(found: Sequence[grouping.LetterGroup], place: str, count: int, reach: Reach) -> object:
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
    looked = {"looked_at": reach.looked_at, "left_out": 0 if reach.is_complete else reach.left_out}
    return {"place": place, "count": count, **looked, "groups": listed}


def letter(one: Letter, *, in_hex: bool) -> Iterator[RenderableType]:
    """Render a dead letter: reason, violations, attributes, payload."""
    facts = [("Address", one.address), ("From", one.source), ("When", one.time), ("By", one.worker)]
    facts += [("Code", one.code), ("Schema", f"{one.schema} version {one.version}"), ("Reason", one.reason)]
    yield Fields((*facts, ("Key", _text(one.message.key))))
    if one.violations:
        yield ""
        yield Rows(("PATH", "RULE", "MESSAGE"), [(v.path or "(all)", v.code, v.message) for v in one.violations])
    rows = [(name, _text(value)) for name, value in one.message.headers if not name.startswith("deadLetter")]
    if rows:
        yield ""
        yield Rows(("ATTRIBUTE", "VALUE"), rows)
    yield ""
    yield payload(one.message.payload, in_hex=in_hex)


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


def payload(data: bytes | None, *, in_hex: bool) -> Text:
    """Render a payload: formatted JSON, other text unchanged, other bytes in hexadecimal."""
    if not data:
        return plain("(null payload)" if data is None else "(empty payload)")
    text = None if in_hex else _utf8(data)
    if text is None:
        return Text("\n".join(hex_rows(data[:_SHOWN])) + _more(data))
    try:
        return plain_lines(orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode())
    except orjson.JSONDecodeError:
        return plain_lines(text[:_SHOWN] + _more(data))


def hex_rows(data: bytes) -> Iterator[str]:
    """Sixteen bytes a line: place, bytes, and the characters that they are in ASCII."""
    for start in range(0, len(data), _ROW):
        row = data[start : start + _ROW]
        characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"{start:08x}  {row.hex(' '):<{3 * _ROW - 1}}  {characters}"


def tally(done: Tally, *, dry: bool) -> Iterator[RenderableType]:
    """Render the result of a redrive, or of a dry run."""
    verb = "would pass" if dry else "passed and were sent on"
    yield plain(f"{done.passed} {verb}, {done.stayed} {'would stay' if dry else 'stay'} dead letters")
    if done.codes:
        rows = [(str(count), code) for code, count in sorted(done.codes.items(), key=lambda each: -each[1])]
        yield Rows(("COUNT", "CODE"), rows)


def tally_json(done: Tally, *, dry: bool) -> object:
    """The same, for programs."""
    return {"dry_run": dry, "passed": done.passed, "stayed": done.stayed, "codes": done.codes}


def forecast(seen: Forecast, place: str) -> Iterator[RenderableType]:
    """Render the verdicts of a schema about live messages."""
    share = f" ({100 * seen.refused / seen.checked:.1f} %)" if seen.checked else ""
    yield plain(f"Of {seen.checked} messages on {place}, {seen.refused}{share} would be refused")
    if seen.refusals:
        heads = ("COUNT", "CODE", "PATH", "RULE", "EXAMPLE", "MESSAGE")
        yield Rows(
            heads,
            [
                (str(each.count), each.code, each.path, each.keyword, each.example, each.message)
                for each in seen.refusals
            ],
        )


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
