"""References of schemas: versions in the registry, read and combined for engines."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sluicegate.registry_api.core.errors import InputInvalid
from sluicegate.registry_api.core.model import Address, Lookup, NumberedSource, Reference, Version
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, Violation

MOST_NAMED: Final = 100
"""References of one schema."""

MOST: Final = 1000
"""Versions that a schema refers to, counted along all ways: no engine looks at more."""

DEEPEST: Final = 32
"""Versions on one way from a schema through its references."""

LARGEST: Final = 16 * 1024 * 1024
"""Characters of all texts that a schema refers to, counted along all ways."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """A version with all that it refers to.

    `versions` and `size` are counted along all ways, `depth` on the longest.
    """

    version: Version
    source: SchemaSource
    schemas: frozenset[SchemaId]
    versions: int
    size: int
    depth: int


class References:
    """Combines the sources of schemas.

    One for each question: it caches the versions that it has read.
    """

    def __init__(self, lookup: Lookup) -> None:
        """Use a reader of versions, which is called once for all references of a level."""
        self._lookup = lookup
        self._known: dict[Address, Version | None] = {}
        self._trees: dict[Address, _Tree] = {}

    def candidate(
        self, schema_format: SchemaFormat, text: str, references: Sequence[Reference], owner: SchemaId | None = None
    ) -> SchemaSource:
        """Return an unregistered text with its references in the order of names.

        `owner` is the schema that it will join. Raises `InputInvalid` with every impossible
        reference: an inactive target, another format, a repeated name, a circle to the owner; and
        if all of them together are too large.
        """
        if not references:
            return SchemaSource(text)
        if len(references) > MOST_NAMED:
            raise _refused([_too_much(f"A schema may refer to at most {MOST_NAMED} others")])
        self._read({reference.address for reference in references}, MOST)
        faults = [
            *_repeated(references),
            *(
                fault
                for index, reference in enumerate(references)
                for fault in self._faults(index, reference, schema_format, owner)
            ),
        ]
        if faults:
            raise _refused(faults)
        trees = [self._tree(reference.address, 1) for reference in references]
        _weigh([tree for tree in trees if tree])
        return SchemaSource(text, self._named(references))

    def registered(self, versions: Sequence[Version]) -> tuple[NumberedSource, ...]:
        """Return versions for engines. Missing references are left out; the engine reports them."""
        named = {reference.address for version in versions for reference in version.references}
        self._read(named, MOST * len(versions))
        return tuple(
            NumberedSource(
                version.number, SchemaSource(version.text, self._named(version.references), version.artifact)
            )
            for version in versions
        )

    def with_subjects(self, references: Sequence[Reference], context: str) -> tuple[Reference, ...]:
        """References that `candidate` accepted, with the subjects of their versions as a schema of a context names them."""
        return tuple(replace(each, subject=self._subject(each.address, context)) for each in references)

    def _subject(self, address: Address, context: str) -> str:
        version = self._known.get(address)
        if version is None:
            return ""
        return version.subject.seen_from(context)

    def _read(self, addresses: Collection[Address], most: int) -> None:
        """Look up the versions at the addresses, and then, level by level, those that they refer to."""
        wanted = set(addresses) - self._known.keys()
        for _ in range(DEEPEST):
            if not wanted:
                return
            if len(self._known) + len(wanted) > most:
                raise _refused([_too_many()])
            found = {version.address: version for version in self._lookup(wanted)}
            self._known.update({address: found.get(address) for address in wanted})
            wanted = {each.address for version in found.values() for each in version.references} - self._known.keys()
        if wanted:
            raise _refused([_too_deep()])

    def _faults(
        self, index: int, reference: Reference, schema_format: SchemaFormat, owner: SchemaId | None
    ) -> Iterator[Violation]:
        address = reference.address
        which = f"Schema {address.schema_id} version {address.number}"
        path = f"references.{index}"
        tree = self._tree(address, 1)
        if tree is None:
            yield Violation(f"{path}.version", "not_found", f"{which} is not registered")
            return
        if owner in tree.schemas:
            message = f"{which} leads back to schema {owner}, and no schema may depend on itself"
            yield Violation(f"{path}.schema_id", "circular", message)
        if not tree.version.active:
            yield Violation(f"{path}.version", "deactivated", f"{which} is deactivated. Refer to an active version")
        if tree.version.format is not schema_format:
            message = f"{which} is {tree.version.format.value}, and can be referred to by schemas of that format only"
            yield Violation(f"{path}.schema_id", "format_differs", message)

    def _named(self, references: Sequence[Reference]) -> tuple[NamedSource, ...]:
        trees = ((reference.name, self._tree(reference.address, 1)) for reference in in_order(references))
        return tuple(NamedSource(name, tree.source, tree.version.fingerprint) for name, tree in trees if tree)

    def _tree(self, address: Address, level: int) -> _Tree | None:
        """A version that was read, with all that it refers to; None when there is none."""
        if level > DEEPEST:
            raise _refused([_too_deep()])
        version = self._known.get(address)
        if version is None:
            return None
        tree = self._trees.get(address)
        if tree is None:
            tree = self._trees[address] = self._grown(version, level)
        if level + tree.depth - 1 > DEEPEST:
            raise _refused([_too_deep()])
        return tree

    def _grown(self, version: Version, level: int) -> _Tree:
        branches = [(each.name, self._tree(each.address, level + 1)) for each in in_order(version.references)]
        grown = [(name, tree) for name, tree in branches if tree]
        named = tuple(NamedSource(name, tree.source, tree.version.fingerprint) for name, tree in grown)
        return _Tree(
            version,
            SchemaSource(version.text, named, version.artifact),
            frozenset({version.schema_id}).union(*(tree.schemas for _, tree in grown)),
            1 + sum(tree.versions for _, tree in grown),
            len(version.text) + sum(tree.size for _, tree in grown),
            1 + max((tree.depth for _, tree in grown), default=0),
        )


def in_order(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """References as they are kept and read: by name, so that their order never matters."""
    return tuple(sorted(references, key=lambda reference: reference.name))


def _repeated(references: Sequence[Reference]) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, reference in enumerate(references):
        if reference.name in seen:
            message = f"The name {reference.name[:80]!r} is given to two references"
            yield Violation(f"references.{index}.name", "repeated", message)
        seen.add(reference.name)


def _weigh(trees: Sequence[_Tree]) -> None:
    if sum(tree.versions for tree in trees) > MOST:
        raise _refused([_too_many()])
    if sum(tree.size for tree in trees) > LARGEST:
        raise _refused([_too_much(f"The schemas that are referred to have more than {LARGEST} characters together")])


def _too_many() -> Violation:
    return _too_much(f"The schema refers to more than {MOST} others, those that these refer to included")


def _too_deep() -> Violation:
    return _too_much(f"The schema's references lead through more than {DEEPEST} schemas, one behind the other")


def _too_much(message: str) -> Violation:
    return Violation("references", "too_much", message)


def _refused(faults: Sequence[Violation]) -> InputInvalid:
    return InputInvalid(faults, f"Bad request: {'; '.join(fault.message for fault in faults)}")
