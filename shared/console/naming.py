"""The command that names subjects as Confluent's serializers do: `subject-name`.

It asks no registry.
"""

import sys

import click

from sluicegate.shared.console.documents import format_of, read
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.parameters import format_option
from sluicegate.shared.errors import SchemaError
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat
from sluicegate.shared.subject_names import Strategy, record_name, subject

_USAGE = 2


@click.command("subject-name")
@click.argument("topic")
@click.argument("file", required=False)
@click.option(
    "--strategy",
    type=click.Choice([each.value for each in Strategy], case_sensitive=False),
    default=Strategy.TOPIC.value,
    show_default=True,
    help="TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy.",
)
@click.option("--record", help="The full name of the record; else it is read from FILE.")
@format_option("--format", "The format of FILE; else its ending tells.")
@click.option("--key", is_flag=True, help="The subject of keys, and not of values.")
def subject_name(
    topic: str, file: str | None, strategy: str, record: str | None, schema_format: SchemaFormat | None, key: bool
) -> None:
    """Print the subject under which Confluent's serializers register TOPIC's schema.

    FILE is the schema, whose record some strategies use: Avro's full name, the first message of a
    Protobuf file, the title of a JSON schema.
    """
    chosen = Strategy(strategy.lower())
    try:
        name = "" if chosen is Strategy.TOPIC else record or _record(file, schema_format)
    except InputUnusable as error:
        click.echo(f"Error: {error.message}", err=True)
        sys.exit(_USAGE)
    click.echo(subject(chosen, topic, name, key=key))


def _record(file: str | None, chosen: SchemaFormat | None) -> str:
    """The name of the record in a schema file. Raises `InputUnusable`."""
    if file is None:
        raise InputUnusable("This strategy names a record: give its schema's FILE, or --record NAME.")
    document, schema_format = read(file), format_of(file, chosen)
    try:
        name = _name(schema_format, document.text)
    except (SchemaError, ValueError) as error:
        raise InputUnusable(f"{document.title} is not a valid {schema_format.value} schema: {error}") from error
    if not name:
        raise InputUnusable(f"{document.title} names no record. Give --record NAME.")
    return name


def _name(schema_format: SchemaFormat, text: str) -> str | None:
    if schema_format is SchemaFormat.PROTOBUF:
        messages = catalog.engine(schema_format).parse(SchemaSource(text)).top_level
        return messages[0].full_name if messages else None
    return record_name(schema_format, text)
