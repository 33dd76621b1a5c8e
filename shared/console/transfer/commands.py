"""Commands that move whole registries: `import`, `export`, `apply`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
import httpx
from rich.console import RenderableType

from sluicegate.shared.console import parameters
from sluicegate.shared.console.command import RegistryCommand, Session, given_key
from sluicegate.shared.console.findings import FORMS, CheckedItem, CheckFlaw, output_option, rendered
from sluicegate.shared.console.layout import Rows, plain
from sluicegate.shared.console.transfer import folder as files
from sluicegate.shared.console.transfer.apicurio import Ids
from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.execution import StepFailure, carry_out
from sluicegate.shared.console.transfer.identity import moved_ids
from sluicegate.shared.console.transfer.model import Holdings
from sluicegate.shared.console.transfer.planning import TransferPlan, planned
from sluicegate.shared.console.transfer.progress import track
from sluicegate.shared.console.transfer.reading import holdings
from sluicegate.shared.console.transfer.sources import OriginCredentials, Source, source, wanted

TO_DO = 2
"""The exit code of a plan that was not carried out."""

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command("import", cls=RegistryCommand)
@click.option(
    "--from",
    "origin",
    type=source,
    metavar="URL|FILE",
    required=True,
    help="Origin: a registry (http://...: Confluent's API, Apicurio's, or that of IBM Event Streams), "
    "a database of Dataphos (postgresql://...), or an export of Apicurio (a .zip).",
)
@click.option(
    "--from-key",
    type=parameters.api_key,
    metavar="KEY",
    envvar="SLUICEGATE_SOURCE_API_KEY",
    show_envvar=True,
    help="The key for the registry to copy. A list of processes shows it: a file or the environment does not.",
)
@click.option(
    "--from-key-file",
    type=parameters.api_key_file,
    metavar="FILE",
    envvar="SLUICEGATE_SOURCE_API_KEY_FILE",
    show_envvar=True,
    help="A file with that key. Neither a list of processes nor the shell's history shows it.",
)
@click.option(
    "--from-token-file",
    "from_token",
    type=parameters.api_key_file,
    metavar="FILE",
    envvar="SLUICEGATE_SOURCE_TOKEN_FILE",
    show_envvar=True,
    help="A file with the bearer token for the registry to copy, such as an OIDC provider's.",
)
@click.option(
    "--apicurio-ids",
    "ids",
    type=click.Choice([each.value for each in Ids]),
    default=Ids.CONTENT.value,
    show_default=True,
    help="Which of Apicurio's ids to keep: that of a text or that of a version, as your messages carry it.",
)
@click.option("--dry-run", is_flag=True, help="Only print the plan.")
@click.pass_context
def import_registry(
    ctx: click.Context,
    origin: Source,
    from_key: str | None,
    from_key_file: str | None,
    from_token: str | None,
    ids: str,
    dry_run: bool,
) -> None:
    """Copy a registry: contexts, ids, versions, deleted ones, settings and modes.

    The origin speaks Confluent's API, that of Apicurio 1, 2 or 3, or that of IBM Event Streams. Or
    it is the database of a Dataphos registry, or an export of Apicurio's.

    May be interrupted and run again: existing versions are left alone. Ends with a report of
    differences.
    """
    session: Session = ctx.obj
    key = given_key(ctx, "--from-key", from_key, from_key_file)
    if from_token and isinstance(origin, httpx.URL) and origin.userinfo:
        raise click.UsageError("--from-token-file and a user in the address of --from exclude each other")
    target = SubjectsClient(session.client.exchange)
    found = wanted(session, origin, OriginCredentials(key, from_token), Ids(ids))
    plan = planned(found, holdings(target, track, "Reading the registry to copy to"))
    if dry_run:
        _show(session, plan, (), unkept=found.unkept)
        ctx.exit(_code(plan, (), done=False))
    failures = carry_out(target, plan.steps, track, "Copying")
    after = planned(found, holdings(target, track, "Comparing"))
    unkept = (*found.unkept, *moved_ids(session.client, found))
    _show(session, after, failures, f"{len(plan.steps)} steps done.", unkept)
    ctx.exit(1 if after.steps or after.conflicts or failures else 0)


@click.command("export", cls=RegistryCommand)
@_FOLDER
@click.option("--ids/--no-ids", default=True, help="Whether to write ids, which `apply` then keeps.")
@click.pass_obj
def export(session: Session, folder: Path, ids: bool) -> None:
    """Write everything that a registry holds to FOLDER, as files that git can hold."""
    found = holdings(SubjectsClient(session.client.exchange), track, "Reading")
    if not ids:
        versions = {place: replace(version, global_id=None) for place, version in found.versions.items()}
        found = Holdings(versions, found.scopes)
    files.write(folder, found)
    counts = {"subjects": len(found.subjects), "versions": len(found.versions)}
    session.output.answer(counts, (f"Exported: {counts['subjects']} subjects, {counts['versions']} versions",))


@click.command("apply", cls=RegistryCommand)
@_FOLDER
@click.option(
    "--yes", is_flag=True, help="Do it; else the plan is shown, and the exit code is 2 when there is anything to do."
)
@click.option("--plan", is_flag=True, help="Only show the plan, as without --yes.")
@click.option("--prune", is_flag=True, help="Delete (softly) versions that FOLDER does not have.")
@output_option
@click.pass_context
def apply(ctx: click.Context, folder: Path, yes: bool, plan: bool, prune: bool) -> None:
    """Make a registry equal to FOLDER, which `export` wrote and people may have edited."""
    if yes and plan:
        raise click.UsageError("--yes and --plan exclude each other")
    session: Session = ctx.obj
    target = SubjectsClient(session.client.exchange)
    steps = planned(files.read(folder), holdings(target, track, "Reading"), prune=prune)
    failures = carry_out(target, steps.steps, track, "Applying") if yes else ()
    if session.output.form in FORMS:
        click.echo(rendered(session.output.form, "registry apply", tuple(_items(steps, failures, done=yes))))
    else:
        _show(session, steps, failures)
    ctx.exit(_code(steps, failures, done=yes))


def _items(plan: TransferPlan, failures: Sequence[StepFailure], *, done: bool) -> Iterator[CheckedItem]:
    """Yield the steps and the conflicts of a plan for build systems."""
    refused = {id(each.step): CheckFlaw("refused", each.reason) for each in failures}
    for step in plan.steps:
        flaw = refused.get(id(step))
        name = f"{step.sign} {step.subject or 'the registry'}: {step.what}"
        yield CheckedItem(name, (flaw,) if flaw else (), note="done" if done else "planned")
    for conflict in plan.conflicts:
        yield CheckedItem(conflict.partition(":")[0], (CheckFlaw("conflict", conflict),))


def _code(plan: TransferPlan, failures: Sequence[StepFailure], *, done: bool) -> int:
    if plan.conflicts or failures:
        return 1
    return TO_DO if plan.steps and not done else 0


def _show(
    session: Session,
    plan: TransferPlan,
    failures: Sequence[StepFailure],
    done: str | None = None,
    unkept: Sequence[str] = (),
) -> None:
    parts: list[RenderableType] = [done] if done else []
    if plan.steps:
        rows = [(step.sign, step.subject or "the registry", step.what) for step in plan.steps]
        parts.append(Rows(("", "SUBJECT", "STEP"), rows))
    else:
        parts.append("Nothing to do.")
    parts += [plain(f"Differs: {conflict}") for conflict in plan.conflicts]
    parts += [plain(f"Not kept: {each}") for each in unkept]
    parts += [plain(f"Refused: {each.step.subject}: {each.step.what}: {each.reason}") for each in failures]
    body = {
        "steps": [{"sign": step.sign, "subject": step.subject, "what": step.what} for step in plan.steps],
        "conflicts": plan.conflicts,
        "unkept": tuple(unkept),
        "failures": [
            {"subject": each.step.subject, "what": each.step.what, "reason": each.reason} for each in failures
        ],
    }
    session.output.answer(body, parts)
