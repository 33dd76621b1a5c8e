"""The schemas that a quickstart registers: the files beside this module."""

from dataclasses import dataclass
from importlib.resources import files

from sluicegate.shared.model import SchemaFormat


@dataclass(frozen=True, slots=True)
class Sample:
    """One schema with its versions, oldest first, as file names."""

    name: str
    format: SchemaFormat
    description: str
    versions: tuple[str, ...]

    def texts(self) -> tuple[str, ...]:
        """The versions' texts."""
        return tuple(files(__name__).joinpath(name).read_text(encoding="utf-8") for name in self.versions)


PERSON = Sample("person", SchemaFormat.JSON, "A person: a sample", ("person.v1.json", "person.v2.json"))
ORDER = Sample("order", SchemaFormat.AVRO, "An order in a shop: a sample", ("order.v1.avsc",))
