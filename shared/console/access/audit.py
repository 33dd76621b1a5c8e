"""`sluicegate audit`: changes, refusals and logins."""

from datetime import UTC, datetime
from typing import Any

import click

from sluicegate.shared.client.administration import AdminClient
from sluicegate.shared.console import layout
from sluicegate.shared.console.command import RegistryCommand, Session

_WHEN = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.command("audit", cls=RegistryCommand)
@click.option("--principal", help="Only this principal.")
@click.option("--subject", help="Only this subject; with a context, :.context:name.")
@click.option("--operation", help="Only this operation.")
@click.option("--outcome", type=click.Choice(["done", "refused", "login", "read"]), help="Only this outcome.")
@click.option("--since", type=_WHEN, help="Not before this moment, in UTC.")
@click.option("--until", type=_WHEN, help="Before this moment, in UTC.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="Rows at most.")
@click.option("--cursor", help="The `next` of the page before.")
@click.pass_obj
def audit(
    session: Session, /, since: datetime | None, until: datetime | None, limit: int, **filters: str | None
) -> None:
    """Print the audit, newest first."""
    params = {name: value for name, value in filters.items() if value is not None} | {"limit": str(limit)}
    for name, moment in (("since", since), ("until", until)):
        if moment is not None:
            params[name] = moment.replace(tzinfo=UTC).isoformat()
    found = AdminClient(session.client.exchange).audit(params)
    more = [f"More: --cursor {found['next']}"] if found["next"] else []
    session.output.answer(found, tuple(layout.plain(line) for line in (*map(_line, found["entries"]), *more)))


def _line(entry: dict[str, Any]) -> str:
    place = "cluster" if entry["subject"] is None else f"{entry['context']}/{entry['subject']}"
    times = f" x{entry['count']}" if entry["count"] > 1 else ""
    done = entry["change"] or entry["operation"] or "-"
    return f"{entry['at']}  {entry['principal']}  {entry['outcome']}{times}  {done}  {place}  {entry['source'] or '-'}"
