"""Where answers go: JSON for programs, tables for people; errors beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import click
from pydantic_core import to_json
from rich.console import RenderableType

from sluicegate.shared.client.errors import (
    AccessRefused,
    AnswerUnintelligible,
    ClientError,
    RegistryRefused,
    RegistryUnreachable,
)
from sluicegate.shared.console import layout, tables
from sluicegate.shared.console.errors import ConsoleError
from sluicegate.shared.console.findings import FORMS, TEXT, CheckedItem, CheckFlaw, rendered
from sluicegate.shared.wire import Report

HINTS: Mapping[type[ClientError], str] = MappingProxyType(
    {
        AccessRefused: "Give it with --api-key-file or SLUICEGATE_API_KEY, or log in (sluicegate login).",
        AnswerUnintelligible: "Give the address with --registry or SLUICEGATE_URL.",
        RegistryUnreachable: (
            "Start it (sluicegate registry serve), or give its address with --registry or SLUICEGATE_URL."
        ),
    }
)
"""Options that help after an error of the client, whose own messages name no options."""


@dataclass(frozen=True, slots=True)
class Output:
    """The output of one command.

    With `as_json` standard output has exactly one JSON document: the registry's answer.
    """

    as_json: bool
    form: str = TEXT
    """The form for build systems: see `findings`."""

    def answer(self, body: object, parts: Sequence[RenderableType]) -> None:
        """Show an answer: `body` to programs, `parts` to people."""
        if self.as_json:
            click.echo(to_json(body, indent=2))
        else:
            layout.show(*parts)

    def verdict(self, report: Report | None, fine: str, check: str, file: str) -> None:
        """Show whether a check of a file found something: `true`, or the registry's report."""
        if self.form in FORMS:
            flaws = () if report is None else tuple(_flaws(report))
            click.echo(rendered(self.form, check, [CheckedItem(file, flaws, file)]))
        elif report is None:
            self.answer(True, (fine,))
        elif self.as_json:
            click.echo(to_json(report, indent=2, exclude_none=True))
        else:
            self.answer(report, (layout.plain(report.message), tables.findings(report.errors or ())))

    def error(self, error: ConsoleError | ClientError) -> None:
        """Print the reason for a failure.

        It goes to standard error, or to standard output as the registry's own JSON with --json.
        """
        report = error.report if isinstance(error, RegistryRefused) else Report(message=error.message)
        hint = HINTS.get(type(error)) if isinstance(error, ClientError) else None
        if hint:
            report = report.model_copy(update={"message": f"{report.message} {hint}"})
        if self.as_json and isinstance(error, RegistryRefused):
            click.echo(to_json(report, indent=2, exclude_none=True))
        else:
            findings = (tables.findings(report.errors),) if report.errors else ()
            layout.show(layout.plain(f"Error: {report.message}"), *findings, err=True)


def _flaws(report: Report) -> Iterator[CheckFlaw]:
    """Yield the reasons of a refusal; its message where it lists none."""
    if not report.errors:
        yield CheckFlaw("refused", report.message)
    for each in report.errors or ():
        yield CheckFlaw(each.code, each.message, each.path)
