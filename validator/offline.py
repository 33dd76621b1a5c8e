"""`sluicegate validate`: message files against a schema file, without a registry or a broker."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import orjson

from sluicegate.shared.console import layout
from sluicegate.shared.console.findings import CheckedItem, CheckFlaw
from sluicegate.shared.errors import SchemaError
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import PayloadValidator, SchemaSource
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.validator.checking.checker import SandboxedChecker
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.model import Invalid, StoredSchema, Valid, Verdict
from sluicegate.validator.pipeline.check import Check
from sluicegate.validator.pipeline.limited import Subject

FORMATS = tuple(catalog.FORMATS)
STANDARD_INPUT = "-"
_BINARY: Final[Mapping[SchemaFormat, str]] = MappingProxyType(
    {SchemaFormat.AVRO: "Avro", SchemaFormat.PROTOBUF: "Protobuf"}
)


class QuestionWrong(ValidatorError):
    """The files cannot be read, or the schema cannot be used."""


@dataclass(frozen=True, slots=True)
class OfflineResult:
    """A message's name, and why it does not fit; None when it does."""

    message: str
    rejection: Invalid | None
    hint: str | None = None
    """The mistake that probably was made, if the message does not fit."""

    @property
    def fits(self) -> bool:
        """Whether the message fits."""
        return self.rejection is None


def check(
    schema: Path, format_name: str | None, messages: Sequence[str], *, lines: bool = False
) -> list[OfflineResult]:
    """Check each message, within the limits that a worker has by default. Raises `QuestionWrong`.

    `lines`: each line of a file is a message.
    """
    source = StoredSchema(SchemaId(1), VersionNumber(1), _format(schema, format_name), SchemaSource(_text(schema)))
    validator = _validator(schema, source)
    payloads = [each for name in messages for each in _payloads(name, lines=lines)]
    with closing(SandboxedChecker(Limits(patience_factor=30), FormatOptions())) as limited:
        decision = Check(validator, Subject(source), limited)
        return [
            OfflineResult(name, _rejection(name, decision.verdict(payload)), _hint(source.format, payload))
            for name, payload in payloads
        ]


def as_json(results: Sequence[OfflineResult]) -> str:
    """The results for programs: a list with one object for each message."""
    return orjson.dumps([_json(result) for result in results], option=orjson.OPT_INDENT_2).decode(errors="replace")


def show(results: Sequence[OfflineResult]) -> None:
    """The results for people."""
    rows: list[tuple[str, ...]] = []
    for result in results:
        if result.rejection is None:
            rows.append((result.message, "yes", "", "", ""))
        else:
            rows.extend(
                (result.message, "no", violation.path, violation.code, violation.message)
                for violation in result.rejection.violations
            )
    layout.show(layout.Rows(("MESSAGE", "FITS", "PATH", "CODE", "REASON"), rows))
    hints = dict.fromkeys(result.hint for result in results if result.hint and not result.fits)
    for hint in hints:
        layout.show(layout.plain(f"Hint: {hint}"), err=True)


def items(results: Sequence[OfflineResult]) -> list[CheckedItem]:
    """The results for build systems."""
    return [
        CheckedItem(
            result.message,
            tuple(CheckFlaw(each.code, each.message, each.path) for each in result.rejection.violations)
            if result.rejection
            else (),
            result.message,
        )
        for result in results
    ]


def _format(schema: Path, name: str | None) -> SchemaFormat:
    if name is not None:
        return SchemaFormat(name.lower())
    found = catalog.format_of_file(schema.name)
    if found is None:
        raise QuestionWrong(
            f"{schema}: the ending does not tell the format; give --format, one of: {', '.join(FORMATS)}"
        )
    return found


def _rejection(name: str, verdict: Verdict) -> Invalid | None:
    if isinstance(verdict, Invalid | Valid):
        return verdict if isinstance(verdict, Invalid) else None
    raise QuestionWrong(f"{name}: {verdict.reason}")


def _text(schema: Path) -> str:
    try:
        return _read(schema).decode()
    except UnicodeDecodeError as error:
        raise QuestionWrong(f"{schema}: not UTF-8 text: {error.reason} at byte {error.start}") from error


def _validator(schema: Path, stored: StoredSchema) -> PayloadValidator:
    engine = catalog.engine(stored.format)
    try:
        parsed = engine.parse(stored.source)
        violations = engine.violations(parsed)
        if violations:
            raise QuestionWrong(
                f"{schema}: not a valid schema: {violations[0].message} (at {violations[0].path or '/'})"
            )
        return engine.compile(parsed)
    except SchemaError as error:
        details = "; ".join(violation.message for violation in error.violations[:3])
        raise QuestionWrong(f"{schema}: {error.message}" + (f": {details}" if details else "")) from error


def _payloads(name: str, *, lines: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the messages of a file with their names; blank lines are none."""
    data = sys.stdin.buffer.read() if name == STANDARD_INPUT else _read(Path(name))
    if not lines:
        yield name, data
        return
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            yield f"{name}:{number}", line


def _hint(schema_format: SchemaFormat, payload: bytes) -> str | None:
    """Return that a message is JSON, where the schema is of a binary format."""
    if schema_format not in _BINARY or payload.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    name = _BINARY[schema_format]
    return f"This is JSON, and the schema is {name}. `sluicegate send --schema NAME` makes {name} from JSON."


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise QuestionWrong(f"{file}: cannot be read: {error.strerror or error}") from error


def _json(result: OfflineResult) -> dict[str, object]:
    if result.rejection is None:
        return {"message": result.message, "fits": True}
    errors = [
        {"path": violation.path, "keyword": violation.code, "message": violation.message}
        for violation in result.rejection.violations
    ]
    return {"message": result.message, "fits": False, "code": result.rejection.code.value, "errors": errors}
