"""Results of checks in the forms that build systems read: SARIF, JUnit, Markdown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final, TypeVar

import click
import orjson

TEXT, JSON = "text", "json"
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class CheckFlaw:
    """One reason. `path`: the place in the document, or nothing."""

    code: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One checked thing with the file that it is in, if there is one. No flaws: it passed."""

    name: str
    flaws: tuple[CheckFlaw, ...] = ()
    file: str | None = None
    note: str | None = None
    """A word about one without flaws that people should see, such as a planned step."""


def output_option(decorated: Decorated) -> Decorated:
    """`--output`."""
    return click.option(
        "--output",
        "form",
        type=click.Choice([TEXT, JSON, *FORMS]),
        default=TEXT,
        help="The form of the result: text, json (as --json), sarif, junit or markdown.",
    )(decorated)


def rendered(form: str, check: str, items: Sequence[CheckedItem]) -> str:
    """Return the results of a check in one of `FORMS`."""
    return FORMS[form](check, items)


def _sarif(check: str, items: Sequence[CheckedItem]) -> str:
    notes = {item.note for item in items if item.note and not item.flaws}
    codes = sorted({flaw.code for item in items for flaw in item.flaws} | notes)
    driver = {
        "name": "sluicegate",
        "version": version("sluicegate"),
        "rules": [{"id": code, "shortDescription": {"text": code}} for code in codes],
    }
    results = [_result(item, flaw, "error") for item in items for flaw in item.flaws]
    results += [
        _result(item, CheckFlaw(item.note, item.name), "note") for item in items if item.note and not item.flaws
    ]
    run = {"tool": {"driver": driver}, "automationDetails": {"id": f"{check}/"}, "results": results}
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2).decode()


def _result(item: CheckedItem, flaw: CheckFlaw, level: str) -> dict[str, Any]:
    place: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": flaw.path or item.name}]}
    if item.file is not None:
        place["physicalLocation"] = {"artifactLocation": {"uri": item.file.replace("\\", "/")}}
    return {"ruleId": flaw.code, "level": level, "message": {"text": flaw.message}, "locations": [place]}


def _junit(check: str, items: Sequence[CheckedItem]) -> str:
    from xml.etree.ElementTree import Element, SubElement, indent, tostring  # heavy, and `--help` needs none

    failed = sum(bool(item.flaws) for item in items)
    counts = {"tests": str(len(items)), "failures": str(failed), "errors": "0", "skipped": "0"}
    suite = Element("testsuite", {"name": f"sluicegate {check}", **counts})
    for item in items:
        case = SubElement(suite, "testcase", {"classname": check, "name": _xml(item.name)})
        if item.flaws:
            first = item.flaws[0]
            failure = SubElement(case, "failure", {"type": _xml(first.code), "message": _xml(first.message)})
            failure.text = _xml("\n".join(f"{flaw.path or '/'}: {flaw.code}: {flaw.message}" for flaw in item.flaws))
    indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode")


def _markdown(check: str, items: Sequence[CheckedItem]) -> str:
    flaws = [(item, flaw) for item in items for flaw in item.flaws]
    flaws += [(item, CheckFlaw(item.note, "")) for item in items if item.note and not item.flaws]
    passed = sum(not item.flaws for item in items)
    lines = [f"**sluicegate {check}**: {passed} of {len(items)} passed"]
    if flaws:
        lines += ["", "| checked | place | code | reason |", "|---|---|---|---|"]
        rows = ((item.name, flaw.path, flaw.code, flaw.message) for item, flaw in flaws)
        lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Return a text in one cell; its author is not trusted with markup."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")
    return " ".join(escaped.split())


def _xml(text: str) -> str:
    """Return a text with escapes for the characters that XML cannot hold."""
    return "".join(
        each if each in "\t\n\r" or " " <= each <= "\ud7ff" or each >= "\ue000" else repr(each)[1:-1] for each in text
    )


FORMS: Final[Mapping[str, Callable[[str, Sequence[CheckedItem]], str]]] = MappingProxyType(
    {"sarif": _sarif, "junit": _junit, "markdown": _markdown}
)
