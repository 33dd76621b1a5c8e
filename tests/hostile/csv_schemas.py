"""Hostile CSV schemas, payloads, and pairs."""

from collections.abc import Callable

from sluicegate.shared.model import SchemaFormat
from tests.hostile.case import HostilePair, HostilePayload, HostileSchema, text_of

CSV = SchemaFormat.CSV
MANY = 100_000
MILLION = 1_000_000
BACKTRACKING = ("(a+)+", "(a|aa)+", "(a|a?)+b", "(x+x+)+y", "((a{1,30}){1,30}){1,30}", "(.*)*=")


def schema(*columns: str) -> str:
    return f"version 1.1\n@totalColumns {len(columns)}\n" + "\n".join(columns) + "\n"


def wide(count: int, rule: str = "") -> str:
    return schema(*(f"c{number}: {rule}" for number in range(count)))


def _schema(
    name: str, text: str | Callable[[], str], refused: bool | None = None, *, ended: bool = False
) -> HostileSchema:
    return HostileSchema(name, CSV, lambda _: text_of(text), refused, ended)


def _reading(name: str, rule: Callable[[str], str]) -> HostileSchema:
    return HostileSchema(name, CSV, lambda bait: schema("a: " + rule(str(bait.file))), refused=True)


def _conditions(levels: int) -> str:
    return schema("a: " + 'if(is("a"),' * levels + "notEmpty" + ")" * levels)


SCHEMAS = [
    _schema("a million columns", wide(MILLION), ended=True),
    _schema("10,000 columns", wide(10_000), ended=True),
    _schema("all columns there can be", f"version 1.1\n@totalColumns {10**4000}\na:\n", refused=True),
    _schema("100,000 parentheses", schema("a: " + "(" * MANY + "notEmpty" + ")" * MANY), refused=True),
    _schema("100,000 parentheses without an end", schema("a: " + "(" * MANY), refused=True),
    _schema("10,000 conditions", _conditions(10_000), refused=True),
    _schema("100,000 rules", schema("a: " + "notEmpty " * MANY), refused=True),
    _schema("100,000 alternatives", schema("a: " + " or ".join(['is("a")'] * MANY)), ended=True),
    *(_schema(f"regex {pattern}", schema(f'a: regex("{pattern}")')) for pattern in BACKTRACKING),
    _schema("a large regex", schema('a: regex("((a{1000}){1000}){1000}")'), ended=True),
    _schema("a regex of 5,000 parentheses", schema('a: regex("' + "(" * 5000 + ")" * 5000 + '")'), ended=True),
    _schema("a comment without an end", schema("a: /*" + "*" * MANY), refused=True),
    _schema("a string without an end", schema('a: is("' + "a" * MANY), refused=True),
    _schema("10,000 digits", schema("a: range(" + "9" * 10_000 + ",*)")),
    _schema("NUL", schema("a\0: notEmpty"), refused=True),
    _schema("150,000 line ends", "\n" * 150_000 + schema("a:")),
    _schema("9 MB of blanks", lambda: " " * 9_000_000),
    _reading("fileExists", lambda file: f'fileExists("{file}")'),
    _reading("checksum", lambda file: f'checksum(file("{file}"),"MD5")'),
    _reading("fileCount", lambda file: f'fileCount(file("{file}"))'),
    _reading("integrityCheck", lambda file: f'integrityCheck("{file}","content")'),
]  # fmt: skip


def _payload(name: str, text: str, payload: Callable[[], bytes], accepted: bool | None = None) -> HostilePayload:
    return HostilePayload(name, CSV, text, lambda _: payload(), accepted)


_ONE = schema("a: notEmpty")
_NO_HEADER = "version 1.1\n@totalColumns 1 @noHeader\na: {}\n"

PAYLOADS = [
    _payload("a million columns", _ONE, lambda: b"a\n" + b"," * (MILLION - 1) + b"\n", accepted=False),
    _payload("a million names", _ONE, lambda: b",".join(b"c%d" % n for n in range(MILLION)), accepted=False),
    *(
        _payload(f"regex {pattern}", _NO_HEADER.format(f'regex("{pattern}")'), lambda: b"a" * 40_000 + b"!\n")
        for pattern in BACKTRACKING[:4]
    ),
    _payload("a quotation without an end", _ONE, lambda: b'a\n"' + b"a" * 10_000_000, accepted=False),
    _payload("five million quotation marks", _ONE, lambda: b"a\n" + b'"' * 5_000_001, accepted=False),
    _payload("a million line ends", _ONE, lambda: b"a" + b"\n" * MILLION, accepted=False),
    _payload("a million lines, all wrong", schema("a: positiveInteger"), lambda: b"a\n" + b"x\n" * MILLION, accepted=False),
    _payload("150,000 different cells", schema("a: unique"), lambda: b"a\n" + b"".join(b"%d\n" % n for n in range(150_000))),
    _payload("a cell of 20 MB", _ONE, lambda: b"a\n" + b"a" * 20_000_000),
    _payload("NUL", _ONE, lambda: b"a\n\0\n", accepted=False),
    _payload("invalid UTF-8", _ONE, lambda: b"a\n\xff\xfe\n", accepted=False),
    _payload("10,000 digits", schema("a: range(0,1)"), lambda: b"a\n" + b"9" * 10_000 + b"\n", accepted=False),
    _payload("an exponent without an end", schema("a: range(0,1)"), lambda: b"a\n1e" + b"9" * 1000 + b"\n", accepted=False),
]  # fmt: skip

PAIRS = [
    HostilePair("5,000 columns", CSV, wide(5000, "notEmpty"), wide(5000, "positiveInteger"), ended=True),
    HostilePair.of("regexes", CSV, (schema(f'a: regex("([{name}-z]{{1,30}}x?)*{name}")') for name in "ab")),
    HostilePair(
        "conditions", CSV,
        schema("a: " + " ".join(f'(is("{n}") or starts("{n}"))' for n in range(25))),
        schema("a: " + " ".join(f'(ends("{n}") or starts("{n}"))' for n in range(25))),
        ended=True,
    ),
]  # fmt: skip
