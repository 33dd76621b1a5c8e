"""The group `sluicegate schema`: the registry's native API from the command line."""

from typing import Final

import click

from sluicegate.shared.console.lazy_group import LazyCommand, LazyGroup

_HERE: Final = "sluicegate.shared.console"


@click.group(
    "schema",
    cls=LazyGroup,
    lazy={
        "check": LazyCommand(f"{_HERE}.checking:check", "Ask whether a schema would be accepted."),
        "delete": LazyCommand(f"{_HERE}.registering:delete", "Deactivate a schema, or one version of it."),
        "diff": LazyCommand(f"{_HERE}.comparing:diff", "Show the differences between two versions, or with a file."),
        "get": LazyCommand(f"{_HERE}.lookup:get", "Show a schema with its versions, or one version."),
        "list": LazyCommand(f"{_HERE}.lookup:list_schemas", "List the registered schemas."),
        "register": LazyCommand(f"{_HERE}.registering:register", "Register the schema in a file as a new one."),
        "rollback": LazyCommand(f"{_HERE}.registering:rollback", "Make an older version the latest again."),
        "search": LazyCommand(f"{_HERE}.lookup:search", "Find schemas by name, type, properties."),
        "subject-name": LazyCommand(
            f"{_HERE}.naming:subject_name", "Print the subject that Confluent's serializers use."
        ),
        "update": LazyCommand(f"{_HERE}.registering:update", "Register the schema in a file as the next version."),
    },
)
def schema() -> None:
    """Register, find, check and compare schemas in a running registry.

    Exit codes: 0 done; 1 the registry refused, or the schema is not compatible or not valid; 2
    wrong usage; 3 the registry cannot be reached or cannot do its work.
    """
