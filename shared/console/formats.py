"""Files of one format for schemas of another one."""

from sluicegate.shared.client import RegistryClient
from sluicegate.shared.client.errors import ClientError
from sluicegate.shared.formats.catalog import format_of_file
from sluicegate.shared.model import SchemaId
from sluicegate.shared.wire import Report

INCOMPATIBLE = "Schemas are not compatible"
"""The registry's sentence about a text that has the right format."""


def with_format(client: RegistryClient, number: SchemaId, file: str, report: Report) -> Report:
    """Return a refusal with a word about the format, if the name of the file tells another one.

    It is asked after the refusal only: Avro and tables may be in files named `.json`.
    """
    given = format_of_file(file)
    if given is None or report.message == INCOMPATIBLE:
        return report
    try:
        stored = client.schema(number).schema_type
    except ClientError:  # the refusal itself says enough
        return report
    if stored == given:
        return report
    hint = f"By its name, {file} is {given}; schema {number} is {stored}."
    return report.model_copy(update={"message": f"{report.message.rstrip('.')}. {hint}"})
