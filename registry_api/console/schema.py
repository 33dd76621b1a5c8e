"""The group `sluicegate schema`: the registry's native API from the command line."""

import click

from sluicegate.registry_api.console.checking import check
from sluicegate.registry_api.console.comparing import diff
from sluicegate.registry_api.console.finding import get, list_schemas, search
from sluicegate.registry_api.console.naming import subject_name
from sluicegate.registry_api.console.registering import delete, register, update


@click.group("schema")
def schema() -> None:
    """Register, find, check and compare schemas in a running registry.

    Exit codes: 0 done; 1 the registry refused, or the schema is not compatible or not valid; 2 wrong usage;
    3 the registry cannot be reached or cannot do its work.
    """


for command in (register, update, get, list_schemas, search, delete, check, diff, subject_name):
    schema.add_command(command)
