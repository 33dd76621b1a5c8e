"""`sluicegate login` and `logout`: keep the key of a registry for later commands."""

import sys
from http import HTTPStatus

import click
import httpx

from sluicegate.shared.client.exchange import refusal
from sluicegate.shared.console import parameters
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.layout import plain
from sluicegate.shared.console.profiles import plain as spelt


@click.command("login", cls=RegistryCommand)
@click.pass_obj
def login(session: Session) -> None:
    """Keep the address and the key of a registry for later commands.

    The key is read from --api-key-file, from the environment, or from a prompt that shows nothing.
    It is kept if the registry accepts it, in a file for your user alone.
    """
    if session.registry.userinfo:
        raise InputUnusable("The address holds a password. Give the key with --api-key-file, or at the prompt.")
    key = session.given_key or _asked()
    with session.opened(session.registry, key) as client:
        answer = client.exchange.read("GET", "/schemas", params={"limit": "1"})
    if answer.status_code != HTTPStatus.OK:
        raise refusal(answer)
    profiles = session.around.profiles
    profiles.keep(session.registry, key)
    address = spelt(session.registry)
    lines = [f"Logged in to {address}. The key is in {profiles.file}."]
    if _is_open(answer):
        lines.append("This registry is open: it needs no key, and a key protects nothing there.")
    session.output.answer({"registry": address, "file": str(profiles.file)}, tuple(map(plain, lines)))


@click.command("logout", cls=RegistryCommand)
@click.option("--all", "everywhere", is_flag=True, help="Forget the keys of all registries.")
@click.pass_obj
def logout(session: Session, everywhere: bool) -> None:
    """Forget the key of a registry. The key stays valid: `sluicegate keys revoke` ends it."""
    gone = session.around.profiles.forget(None if everywhere else session.registry)
    lines = [f"Logged out of {address}." for address in gone] or ["There was no login."]
    session.output.answer({"registries": list(gone)}, tuple(map(plain, lines)))


def _asked() -> str:
    """Read a key from the terminal, or from the first line of standard input."""
    stdin = sys.stdin
    text = click.prompt("API key", hide_input=True, err=True) if stdin.isatty() else stdin.readline().strip()
    if not text:
        raise InputUnusable("There is no key. Give it with --api-key-file, or in the first line of standard input.")
    return parameters.api_key(text)


def _is_open(answer: httpx.Response) -> bool:
    return "credentials ignored" in answer.headers.get("warning", "")
