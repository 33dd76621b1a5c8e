"""The commands `sluicegate send` and `sluicegate receive`."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from sluicegate.shared.console.command import RegistryCommand
from sluicegate.shared.console.documents import STDIN
from sluicegate.shared.console.selection import selection

DEFAULT_BROKER: Final = "127.0.0.1:9092"

Decorated = TypeVar("Decorated", bound=Callable[..., object])


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise click.BadParameter(f"{text!r} is not NAME=VALUE.")
    return name, value


def _broker_options(decorated: Decorated) -> Decorated:
    bootstrap = click.option(
        "--bootstrap",
        "-b",
        metavar="HOST:PORT",
        default=DEFAULT_BROKER,
        show_default=True,
        envvar="SLUICEGATE_KAFKA",
        show_envvar=True,
        help="The Kafka broker.",
    )
    config = click.option(
        "--config",
        "config",
        type=_pair,
        multiple=True,
        metavar="NAME=VALUE",
        help="A setting of librdkafka, such as security.protocol=SSL. May be repeated.",
    )
    return bootstrap(config(decorated))


@click.command("send", cls=RegistryCommand)
@click.argument("file", default=STDIN, metavar="[FILE|-]")
@click.option("--topic", "-t", default="input", show_default=True, help="The topic to send to.")
@click.option("--schema", type=selection, metavar="NAME|ID[:VERSION]", help="The schema of the message; else none.")
@click.option("--key", "-k", help="The key.")
@click.option("--header", "-H", "headers", type=_pair, multiple=True, metavar="NAME=VALUE", help="An attribute.")
@click.option("--message-type", metavar="NAME", help="The message of a Protobuf schema; else its first.")
@click.option("--frame", is_flag=True, help="Name the schema by Confluent's frame, not by attributes.")
@click.option("--raw", is_flag=True, help="Send the bytes as they are; else Avro and Protobuf are made from JSON.")
@click.option("--lines", is_flag=True, help="Each line is a message.")
@click.option("--valid", default="valid", show_default=True, help="The validator's topic of valid messages.")
@click.option("--dead-letter", default="dead-letter", show_default=True, help="Its topic of dead letters.")
@click.option(
    "--wait", type=click.FloatRange(0), default=10.0, show_default=True, help="Seconds to wait for the result."
)
@_broker_options
@click.pass_context
def send(ctx: click.Context, /, **options: Any) -> None:
    """Send the message in FILE (or standard input), and show where the validator sent it, and why.

    Exit codes: 0 valid, or sent with --wait 0; 1 dead-lettered; 2 wrong usage; 3 no result, no
    broker or no registry.
    """
    from sluicegate.shared.console.messages import passage  # the clients are heavy, and `--help` needs none

    ctx.exit(passage.send(ctx.obj, options))


@click.command("receive", cls=RegistryCommand)
@click.argument("topics", nargs=-1, required=True, metavar="TOPIC...")
@click.option("--follow", "-f", is_flag=True, help="Go on with messages that arrive, until Ctrl-C.")
@click.option("--last", type=click.IntRange(min=0), help="Only the last so many of each partition.")
@click.option("--limit", type=click.IntRange(min=1), help="End after so many messages.")
@click.option("--raw", is_flag=True, help="Show payloads as they are; else Avro and Protobuf are shown as JSON.")
@_broker_options
@click.pass_context
def receive(ctx: click.Context, /, **options: Any) -> None:
    """Show the messages of topics: place, key, attributes, payload, the reason of a dead letter.

    Takes none of them. With --json, each line is a JSON object.
    """
    from sluicegate.shared.console.messages import passage  # the clients are heavy, and `--help` needs none

    passage.receive(ctx.obj, options)
