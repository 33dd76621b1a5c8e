"""`sluicegate validate`: message files against a schema file, without a registry or a broker."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

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


class QuestionWrong(ValidatorError):
    """The files cannot be read, or the schema cannot be used."""


@dataclass(frozen=True, slots=True)
class OfflineResult:
    """A message's name, and why it does not fit; None when it does."""

    message: str
    rejection: Invalid | None

    @property
    def fits(self) -> bool:
        """Whether the message fits."""
        return self.rejection is None


def check(schema: Path, format_name: str | None, messages: Sequence[str]) -> list[OfflineResult]:
    """Check each message, within the limits that a worker has by default. Raises `QuestionWrong`."""
    source = StoredSchema(SchemaId(1), VersionNumber(1), _format(schema, format_name), SchemaSource(_text(schema)))
    validator = _validator(schema, source)
    payloads = [(name, _payload(name)) for name in messages]
    with closing(SandboxedChecker(Limits(patience_factor=30), FormatOptions())) as limited:
        decision = Check(validator, Subject(source), limited)
        return [OfflineResult(name, _rejection(name, decision.verdict(payload))) for name, payload in payloads]


def as_json(results: Sequence[OfflineResult]) -> str:
    """The results for programs: a list with one object for each message."""
    return orjson.dumps([_json(result) for result in results], option=orjson.OPT_INDENT_2).decode(errors="replace")


def show(results: Sequence[OfflineResult]) -> None:
    """The results for people."""
    table = Table("message", "fits", "where", "rule", "what is wrong")
    for result in results:
        if result.rejection is None:
            table.add_row(Text(result.message), "yes", "", "", "")
            continue
        for number, violation in enumerate(result.rejection.violations):
            name, fits = (Text(result.message), "no") if number == 0 else (Text(""), "")
            table.add_row(name, fits, Text(violation.path), Text(violation.code), Text(violation.message))
    Console().print(table)


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


def _payload(name: str) -> bytes:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    return _read(Path(name))


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
