"""Output of a quickstart for people."""

import shlex
import shutil
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from sluicegate.shared.quickstart.addresses import DEFAULT_BROKER, DEFAULT_REGISTRY, Addresses
from sluicegate.shared.quickstart.arrival import ShownArrival

_PREVIEW = 48
_LIMIT = 110


class Screen:
    """Writes for people: colours on a terminal, plain lines elsewhere."""

    def __init__(self, console: Console) -> None:
        """Take the place to write to."""
        self._console = console

    def begins(self, folder: Path) -> None:
        """The first line."""
        self._console.print(f"[bold]Sluicegate[/bold] starts (data and logs in {escape(str(folder))})")

    def part_ready(self, part: str, where: str, seconds: float) -> None:
        """One part is up, so many seconds after the start."""
        self._console.print(f"  [green]✓[/green] {part:<11} {escape(where):<48} [dim]{seconds:4.1f} s[/dim]")

    def registered(self, name: str, schema_id: int, versions: Iterable[int], kind: str) -> None:
        """A sample schema is there."""
        numbers = ", ".join(map(str, versions))
        self._console.print(f"  [green]✓[/green] {'schema':<11} {name} ({kind}): id {schema_id}, versions {numbers}")

    def stream_begins(self) -> None:
        """The heading of the arrivals."""
        self._console.print("\nSample messages go to [bold]input[/bold]; the validator sends each one on:\n")

    def arrival(self, arrival: ShownArrival, shows: str | None) -> None:
        """Show an arrived message: destination, sample and reason."""
        what = shows or _printable(f"{arrival.key} {arrival.payload[:_PREVIEW].decode(errors='replace')}".strip())
        if arrival.code is None:
            self._console.print(f"  [green]{arrival.topic:<12}[/green]{escape(what)}")
            return
        code, reason = _printable(arrival.code), _printable(arrival.reason)
        self._console.print(
            f"  [red]{arrival.topic:<12}[/red]{escape(what):<26} [yellow]{escape(code)}[/yellow] {escape(reason)}"
        )

    def stream_ended(self, arrivals: Iterable[ShownArrival]) -> None:
        """The sum of it."""
        codes = [arrival.code for arrival in arrivals]
        valid = codes.count(None)
        self._console.print(
            f"\n[bold]{len(codes)} messages[/bold]: [green]{valid} valid[/green], [red]{len(codes) - valid} dead-lettered[/red], "
            "each where it should be, with its bytes unchanged."
        )

    def serving(self, addresses: Addresses, sample: str | None) -> None:
        """Show the addresses and the next steps, with a sample if one is registered."""
        self._console.print("\n[bold]Ready.[/bold]")
        for name, value in addresses.named():
            self._console.print(f"  {name:<12} {escape(value)}")
        self._console.print("\n[bold]Try[/bold] (in another window)")
        for line in next_steps(addresses, sample):
            self._console.print(f"  {line}", markup=False)
        self._console.print(
            "\nWhat comes out of the validator shows here. The broker keeps its messages in memory only, schemas stay in the data folder."
            "\n[bold]Ctrl-C[/bold] stops everything."
        )

    def stopping(self) -> None:
        """The end begins."""
        self._console.print("\nStopping ...")

    def stopped(self) -> None:
        """The last line."""
        self._console.print("Stopped: nothing is left running.")


def next_steps(addresses: Addresses, sample: str | None) -> Iterator[str]:
    """Yield commands that work as they are printed, wherever the parts listen."""
    program = "sluicegate" if shutil.which("sluicegate") else str(Path(sysconfig.get_path("scripts")) / "sluicegate")
    registry = "" if addresses.registry_url == DEFAULT_REGISTRY else f" --registry {addresses.registry_url}"
    broker = "" if addresses.bootstrap == DEFAULT_BROKER else f" -b {addresses.bootstrap}"
    if addresses.manager_key_file is not None:
        yield f"export SLUICEGATE_API_KEY_FILE={shlex.quote(addresses.manager_key_file)}"
    yield f"{program} schema list{registry}"
    if sample is not None:
        yield f"{program} schema get {sample} --spec{registry}"
        for message in ('{"firstName": "Ada", "age": 36}', '{"age": -1}'):
            yield f"echo '{message}' | {program} send --schema {sample}{registry}{broker}"
    yield f"{program} receive dead-letter --last 3{registry}{broker}"
    key = "" if addresses.manager_key_file is None else ' -u "token:$(cat $SLUICEGATE_API_KEY_FILE)"'
    yield f"curl{key} {addresses.registry_url}/schemas"


def _printable(text: str) -> str:
    """Shorten a text of a message, without control characters, which could change the terminal."""
    short = text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"
    return "".join(each if each.isprintable() else "�" for each in short)
