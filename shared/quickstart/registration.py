"""Register the sample schemas with the registry's client."""

from dataclasses import dataclass

from sluicegate.shared.client import ClientError, RegistryClient
from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.shared.quickstart.errors import QuickstartError
from sluicegate.shared.quickstart.samples import Sample
from sluicegate.shared.wire import RegisterRequest, UpdateRequest

# a newcomer's registration of the same schema, following the README, is new
PUBLISHER = "quickstart"


class RegistrationFailed(QuickstartError):
    """The registry refused a sample schema."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A sample in the registry; `versions` in the order of the sample's own."""

    sample: Sample
    schema_id: SchemaId
    versions: tuple[VersionNumber, ...]


def register(client: RegistryClient, sample: Sample) -> Registered:
    """Register a sample's versions, or find them registered. Raises `RegistrationFailed`."""
    first, *later = sample.texts()
    request = RegisterRequest(
        name=sample.name,
        schema_type=sample.format,
        specification=first,
        description=sample.description,
        publisher_id=PUBLISHER,
    )
    try:
        created = client.register(request).info
        schema_id = SchemaId(int(created.identification))
        updates = [client.update(schema_id, UpdateRequest(specification=text)).info for text in later]
    except ClientError as error:
        raise RegistrationFailed(f"The sample {sample.name} cannot be registered: {error.message}") from error
    return Registered(sample, schema_id, tuple(VersionNumber(int(each.version)) for each in (created, *updates)))
