"""The group `sluicegate schema`: the registry's native API from the command line."""

import click

from sluicegate.shared.console.checking import check
from sluicegate.shared.console.comparing import diff
from sluicegate.shared.console.lookup import get, list_schemas, search
from sluicegate.shared.console.naming import subject_name
from sluicegate.shared.console.registering import delete, register, rollback, update


@click.group("schema")
def schema() -> None:
    """Register, find, check and compare schemas in a running registry.

    Exit codes: 0 done; 1 the registry refused, or the schema is not compatible or not valid; 2
    wrong usage; 3 the registry cannot be reached or cannot do its work.
    """


for command in (register, update, get, list_schemas, search, delete, rollback, check, diff, subject_name):
    schema.add_command(command)
