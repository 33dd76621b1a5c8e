"""Bundles: new schemas that refer to each other, registered by one request.

Every document is judged with the documents that it reaches before any is written. Then they are
written in an order in which each comes after those that it refers to. References of versions never
form a circle, but documents may: two XML schemas may import each other. Engines look all names up
in one space, so a document outside the circle refers to every document that it reaches. Inside the
circle, a version refers to the documents that were written before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sluicegate.registry_api.core.commands import RegisterSchema
from sluicegate.registry_api.core.errors import InputInvalid, SchemaInvalid
from sluicegate.registry_api.core.model import Address, Content, Reference, Registration
from sluicegate.registry_api.core.references import (
    DEEPEST,
    LARGEST,
    MOST,
    MOST_NAMED,
)
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import Violation

Judge = Callable[[RegisterSchema, SchemaSource, bool], Content]
"""Make a text ready to be kept. True: some of the documents that it names are missing in the
source.
"""

Keep = Callable[[RegisterSchema, Content], Registration]
"""Write a new schema, or find the schema that has its content already."""


@dataclass(frozen=True, slots=True)
class Member:
    """A reference to another document of the bundle, by the name that the text uses."""

    name: str
    document: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a bundle: a registration without its references. Its name is unique."""

    command: RegisterSchema
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class _Size:
    """The size of a document with its references."""

    versions: int
    characters: int
    depth: int


class Bundle:
    """The documents of one request, in the order in which they are written.

    Raises `InputInvalid` when names are repeated, unknown, or mean two documents.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        """Check the names and find the documents that each document reaches."""
        _check_names(documents)
        self._documents = {each.command.name: each for each in documents}
        self._places = {name: place for place, name in enumerate(self._documents)}
        self._reached = {name: self._reach(name) for name in self._documents}
        self._circular = {name for name, found in self._reached.items() if name in found.values()}
        self._contents: dict[str, Content] = {}
        self._sources: dict[str, SchemaSource] = {}
        self._sizes: dict[str, _Size] = {}
        self.order = sorted(self._documents, key=lambda name: (len(self._documents_reached(name)), self._places[name]))

    def judge(self, judge: Judge) -> None:
        """Judge every document. Raises `SchemaInvalid` with the violations of all of them."""
        found: list[Violation] = []
        for name in self.order:
            try:
                self._contents[name] = self._judged(name, judge)
            except SchemaInvalid as error:
                found += [self._placed(name, violation) for violation in error.violations]
                self._contents[name] = self._unjudged(name)
        if found:
            raise SchemaInvalid(tuple(found))

    def keep(self, keep: Keep) -> dict[str, Registration]:
        """Write every document; the registrations by name, in the order of the request."""
        done: dict[str, Registration] = {}
        for name in self.order:
            references = tuple(
                Reference(spelled, Address(done[document].schema_id, done[document].number))
                for spelled, document in self._written_before(name).items()
            )
            command = replace(self._documents[name].command, references=references)
            done[name] = keep(command, self._contents[name])
        return {name: done[name] for name in self._documents}

    def _judged(self, name: str, judge: Judge) -> Content:
        document = self._documents[name]
        if name not in self._circular:
            return judge(document.command, self._source(name), False)
        reached = sorted(self._reached[name].items())
        named = tuple(
            NamedSource(spelled, SchemaSource(self._documents[other].command.text)) for spelled, other in reached
        )
        judge(document.command, SchemaSource(document.command.text, named), False)
        return judge(document.command, self._source(name), True)

    def _source(self, name: str) -> SchemaSource:
        """The source as it will be read again: with the versions that it will refer to."""
        if name not in self._sources:
            before = self._written_before(name)
            self._sizes[name] = self._size(name, before)
            named = tuple(
                NamedSource(spelled, self._source(other), self._contents[other].fingerprint)
                for spelled, other in sorted(before.items())
            )
            self._sources[name] = SchemaSource(self._documents[name].command.text, named)
        return self._sources[name]

    def _size(self, name: str, named: Mapping[str, str]) -> "_Size":
        """Count along all ways, as references of versions are counted. Raises `InputInvalid`."""
        inner = [self._sizes[other] for other in named.values()]
        found = _Size(
            1 + sum(each.versions for each in inner),
            len(self._documents[name].command.text) + sum(each.characters for each in inner),
            1 + max((each.depth for each in inner), default=0),
        )
        if len(named) > MOST_NAMED or found.versions > MOST + 1 or found.characters > LARGEST or found.depth > DEEPEST:
            message = (
                f"The document {name[:80]!r} refers to too much: at most {MOST_NAMED} documents by name, {MOST} along "
                f"all ways with {LARGEST} characters, and {DEEPEST} one behind the other are allowed"
            )
            raise _refused(Violation(f"documents.{self._places[name]}.references", "too_much", message))
        return found

    def _unjudged(self, name: str) -> Content:
        """Return the replacement of an invalid document for checks of others; it is never written."""
        command = self._documents[name].command
        return Content(command.format, command.text, "", ())

    def _written_before(self, name: str) -> Mapping[str, str]:
        """The documents that a version refers to, by the names that texts use."""
        reached = self._reached[name]
        if self._circular.isdisjoint(reached.values()):
            return {each.name: each.document for each in self._documents[name].members}
        place = self.order.index(name)
        before = set(self.order[:place])
        return {spelled: other for spelled, other in reached.items() if other in before}

    def _documents_reached(self, name: str) -> set[str]:
        return set(self._reached[name].values()) | {name}

    def _reach(self, start: str) -> dict[str, str]:
        """All documents that a document reaches, by every name that leads to them."""
        found: dict[str, str] = {}
        pending, seen = [start], {start}
        for name in pending:
            for member in self._documents[name].members:
                known = found.setdefault(member.name, member.document)
                if known != member.document:
                    raise _refused(self._ambiguous(start, member, known))
                if member.document not in seen:
                    seen.add(member.document)
                    pending.append(member.document)
        return found

    def _ambiguous(self, start: str, member: Member, known: str) -> Violation:
        message = (
            f"The name {member.name[:80]!r} leads to {known[:80]!r} and to {member.document[:80]!r} from "
            f"{start[:80]!r}. All documents that one document reaches share one space of names"
        )
        return Violation(f"documents.{self._places[start]}.references", "ambiguous", message)

    def _placed(self, name: str, violation: Violation) -> Violation:
        path = f"documents.{self._places[name]}{violation.path and ':'}{violation.path}"
        return Violation(path, violation.code, f"{name[:80]}: {violation.message}")


def _check_names(documents: Sequence[Document]) -> None:
    names = [each.command.name for each in documents]
    for number, document in enumerate(documents):
        if names.index(document.command.name) != number:
            message = f"The name {document.command.name[:80]!r} is given to two documents"
            raise _refused(Violation(f"documents.{number}.name", "repeated", message))
        for place, member in enumerate(document.members):
            if member.document not in names:
                message = f"The bundle has no document {member.document[:80]!r}"
                raise _refused(Violation(f"documents.{number}.references.{place}.document", "not_found", message))


def _refused(violation: Violation) -> InputInvalid:
    return InputInvalid([violation], f"Bad request: {violation.message}")
