"""`sluicegate grants`: add, list, remove, explain."""

from typing import Any

import click

from sluicegate.shared.client.administration import AdminClient, NewGrant, Resource
from sluicegate.shared.console import layout
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.parameters import POSITIVE

_ROLES = click.Choice(["reader", "writer", "manager", "reporter"])
_CONTEXT = click.option("--context", default=".", show_default=True, help="The context of the subjects.")


@click.group("grants")
def grants() -> None:
    """Roles of principals: key:<id>, oidc:<issuer>#<claim value>, proxy:<name>."""


@grants.command("add", cls=RegistryCommand)
@click.argument("principal")
@click.argument("role", type=_ROLES)
@click.option("--cluster", is_flag=True, help="On the whole registry.")
@click.option("--name", help="On one subject.")
@click.option("--prefix", help="On all subjects whose names begin so.")
@_CONTEXT
@click.pass_obj
def add(
    session: Session, principal: str, role: str, cluster: bool, name: str | None, prefix: str | None, context: str
) -> None:
    """Give PRINCIPAL the role ROLE on a resource."""
    if cluster + (name is not None) + (prefix is not None) != 1:
        raise click.UsageError("Give exactly one of --cluster, --name and --prefix.")
    resource = (
        Resource(type="cluster") if cluster else Resource(type="subject", name=name, prefix=prefix, context=context)
    )
    made = _admin(session).add_grant(NewGrant(principal=principal, role=role, resource=resource))
    session.output.answer(made, (layout.plain(_line(made)),))


@grants.command("list", cls=RegistryCommand)
@click.option("--principal", help="Only the grants of this principal.")
@click.pass_obj
def list_grants(session: Session, principal: str | None) -> None:
    """List the grants on the resources that the caller manages."""
    found = _admin(session).grants(principal)
    session.output.answer(found, tuple(layout.plain(_line(each)) for each in found))


@grants.command("remove", cls=RegistryCommand)
@click.argument("grant_id", metavar="ID", type=POSITIVE)
@click.pass_obj
def remove(session: Session, grant_id: int) -> None:
    """Remove the grant ID."""
    _admin(session).remove_grant(grant_id)
    session.output.answer({"removed": grant_id}, (layout.plain(f"Removed grant {grant_id}."),))


@grants.command("explain", cls=RegistryCommand)
@click.argument("principal")
@click.argument("operation")
@click.option("--subject", help="The subject; with a context, :.context:name.")
@click.pass_obj
def explain(session: Session, principal: str, operation: str, subject: str | None) -> None:
    """Say whether PRINCIPAL may call OPERATION (an operationId of /openapi.json), and why."""
    params = {"principal": principal, "operation": operation} | ({} if subject is None else {"subject": subject})
    found = _admin(session).explain(params)
    verdict = "allowed" if found["allowed"] else "not allowed"
    session.output.answer(found, tuple(layout.plain(line) for line in (verdict, *found["because"])))


def _admin(session: Session) -> AdminClient:
    return AdminClient(session.client.exchange)


def _line(grant: dict[str, Any]) -> str:
    resource = grant["resource"]
    place = "the cluster"
    if resource["type"] != "cluster":
        named = f"prefix {resource['prefix']!r}" if resource["prefix"] is not None else f"subject {resource['name']!r}"
        place = f"{named} in {resource['context']}"
    return f"{grant['id']}  {grant['principal']}  {grant['role']}  on {place}"
