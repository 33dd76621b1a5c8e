"""Two content models: the reader's obstacles, and pairs of declarations for the next comparison."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange, finding
from sluicegate.shared.formats.xsd.compatibility.inclusion import InclusionOutcome, Meeting, WalkBudget, inclusion
from sluicegate.shared.formats.xsd.compatibility.occurrences import Range, occurrences
from sluicegate.shared.formats.xsd.components import (
    ANY,
    ElementDeclaration,
    Leaf,
    Particle,
    ProcessContents,
    Type,
    Wildcard,
)
from sluicegate.shared.formats.xsd.names import QName
from sluicegate.shared.formats.xsd.particles import leaves
from sluicegate.shared.formats.xsd.symbols import ANY_NAME, ELSEWHERE, Symbols
from sluicegate.shared.model import Finding


@dataclass(slots=True)
class ContentResult:
    """Findings, and the next comparisons.

    `elements` are pairs with their name in documents; `free` are elements of the writer that the
    reader accepts undeclared; `anything`: there are common elements without a declaration.
    """

    findings: list[Finding] = field(default_factory=list)
    elements: list[tuple[ElementDeclaration, ElementDeclaration, QName]] = field(default_factory=list)
    free: list[ElementDeclaration] = field(default_factory=list)
    anything: bool = False

    @property
    def undeclared(self) -> list[QName]:
        """The names of the elements that only the writer declares."""
        return [element.name for element in self.free]

    def types(self, type_of: Callable[[ElementDeclaration], Type]) -> Iterator[tuple[Type, Type]]:
        """Elements that the reader takes undeclared have any type there."""
        for element in self.free:
            yield ANY, type_of(element)
        if self.anything:
            yield ANY, ANY


class ContentComparison:
    """Compares content models."""

    def __init__(self, reader: Symbols, writer: Symbols, budget: WalkBudget) -> None:
        """Take the names of both sides."""
        self._reader, self._writer, self._budget = reader, writer, budget

    def compare(self, reader: Particle | None, writer: Particle | None, path: str) -> ContentResult:
        """Compare two content models. Raises `NotWritten` and `TooComplex`."""
        mentioned = set(_mentioned(reader, self._reader)) | set(_mentioned(writer, self._writer))
        outcome = inclusion(reader, writer, (self._reader, self._writer), mentioned, self._budget)
        result = ContentResult()
        if not outcome.included:
            result.findings.extend(self._differences(outcome, reader, writer, path))
        for meeting in outcome.meetings:
            self._met(meeting, result, path)
        return result

    def _differences(
        self, outcome: InclusionOutcome, reader: Particle | None, writer: Particle | None, path: str
    ) -> Iterator[Finding]:
        """Yield findings by names and numbers if possible, else an example that the reader refuses."""
        lost = {symbol: self._lost(symbol, reader, writer, path) for symbol in outcome.unexpected}
        found = [each for each in lost.values() if each is not None]
        if None in lost.values() or outcome.unfinished is not None:
            found += self._needed(reader, writer, path)
        yield from dict.fromkeys(found)
        if not found:
            yield _order(outcome, path)

    def _lost(self, symbol: QName, reader: Particle | None, writer: Particle | None, path: str) -> Finding | None:
        """Why a name is unexpected, when it is so wherever it stands."""
        explicit = self._range(self._writer, writer, symbol, wildcards=False)
        takes = self._range(self._reader, reader, symbol)
        if explicit[1] == 0:
            return self._not_let_in(symbol, reader, path) if takes[1] == 0 or symbol.name == ANY_NAME else None
        if takes[1] == 0:
            return self._removed(symbol, reader, f"{path}/{symbol}")
        if takes[1] is not None and (explicit[1] is None or explicit[1] > takes[1]):
            change = f"The writer may have {_times(explicit[1])} {symbol}, the reader takes at most {takes[1]}"
            return finding(XsdChange.MAX_OCCURS_DECREASED, f"{path}/{symbol}", change)
        return None

    def _not_let_in(self, symbol: QName, reader: Particle | None, path: str) -> Finding:
        """A name that only a wildcard of the writer lets in."""
        if not any(isinstance(leaf.term, Wildcard) for leaf in leaves(reader)):
            return finding(
                XsdChange.WILDCARD_NARROWED, path, "The writer has xs:any there, which the reader does not have"
            )
        return finding(XsdChange.WILDCARD_NARROWED, path, f"The reader's xs:any does not take {shown(symbol)}")

    def _removed(self, symbol: QName, reader: Particle | None, where: str) -> Finding:
        if any(name.name == symbol.name for name in _mentioned(reader, self._reader)):
            change = f"The element {symbol} is in another namespace for the reader than for the writer"
            return finding(XsdChange.NAMESPACE_CHANGED, where, change)
        return finding(
            XsdChange.ELEMENT_REMOVED,
            where,
            f"The writer may have the element {symbol}, which the reader does not take there",
        )

    def _needed(self, reader: Particle | None, writer: Particle | None, path: str) -> Iterator[Finding]:
        for leaf in leaves(reader):
            if not isinstance(leaf.term, ElementDeclaration):
                continue
            names = self._reader.elements(leaf.term).keys()
            takes = self._range(self._reader, reader, *names)
            has = self._range(self._writer, writer, *names)
            where = f"{path}/{leaf.term.name}"
            if takes[0] > has[0] and has[1] == 0:
                change = f"The reader needs the element {leaf.term.name}, which the writer does not have"
                yield finding(XsdChange.REQUIRED_ELEMENT_ADDED, where, change)
            elif takes[0] > has[0]:
                change = f"The reader needs {takes[0]} {leaf.term.name}, the writer may have {has[0]}"
                yield finding(XsdChange.MIN_OCCURS_INCREASED, where, change)

    def _range(self, side: Symbols, particle: Particle | None, *names: QName, wildcards: bool = True) -> Range:
        """Return the total occurrences of some names in a model."""

        def matches(leaf: Leaf) -> bool:
            counts = wildcards or not isinstance(leaf.term, Wildcard)
            return counts and any(side.matches(leaf, name) for name in names)

        self._budget.spend(len(names))
        return occurrences(particle, matches)

    def _met(self, meeting: Meeting, result: ContentResult, path: str) -> None:
        """A name that both sides let in, each through a leaf."""
        symbol, writer_leaf, reader_leaf = meeting
        written = self._written(symbol, writer_leaf)
        if isinstance(reader_leaf.term, ElementDeclaration):
            taken: ElementDeclaration | None = self._reader.elements(reader_leaf.term)[symbol]
        elif reader_leaf.term.process is ProcessContents.SKIP:
            return
        else:
            taken = self._reader.components.global_element(symbol)
            if taken is None and reader_leaf.term.process is ProcessContents.STRICT:
                change = f"The reader's xs:any demands a global declaration of {shown(symbol)}, and there is none"
                result.findings.append(finding(XsdChange.WILDCARD_NARROWED, f"{path}/{symbol}", change))
                return
        if written is not None and taken is not None:
            result.elements.append((taken, written, symbol))
        elif written is not None:
            result.free.append(written)
        else:
            self._undeclared(symbol, writer_leaf, taken, result, path)

    def _written(self, symbol: QName, leaf: Leaf) -> ElementDeclaration | None:
        """Return the writer's declaration of a name, unless it is skipped."""
        if isinstance(leaf.term, Wildcard):
            return None if leaf.term.process is ProcessContents.SKIP else self._writer.components.global_element(symbol)
        return self._writer.elements(leaf.term)[symbol]

    def _undeclared(
        self, symbol: QName, leaf: Leaf, taken: ElementDeclaration | None, result: ContentResult, path: str
    ) -> None:
        """An element of which the writer's schema says nothing."""
        assert isinstance(leaf.term, Wildcard)
        if taken is not None:
            change = f"The reader declares the element {symbol}, which the writer's xs:any lets in with any content"
            result.findings.append(finding(XsdChange.DECLARED_IN_WILDCARD, f"{path}/{symbol}", change))
        elif leaf.term.process is ProcessContents.SKIP:
            change = f'The writer does not look into {shown(symbol)} (processContents="skip"), the reader does'
            result.findings.append(finding(XsdChange.WILDCARD_NARROWED, path, change))
        else:
            result.anything = True


def _mentioned(particle: Particle | None, names: Symbols) -> Iterator[QName]:
    """Yield the names in a content model, and names that represent namespaces of its wildcards."""
    found = list(leaves(particle))
    for leaf in found:
        if isinstance(leaf.term, ElementDeclaration):
            yield from names.elements(leaf.term)
        else:
            yield from (QName(namespace, ANY_NAME) for namespace in leaf.term.namespaces or ())
    if any(isinstance(leaf.term, Wildcard) for leaf in found):
        yield from names.components.definitions.names("element")


def _order(outcome: InclusionOutcome, path: str) -> Finding:
    """Return the finding for models with equal names and numbers: an example of a refused order."""
    if outcome.unexpected:
        symbol, before = next(iter(outcome.unexpected.items()))
        change = f"The writer may have {shown(symbol)} {_after(before)}, where the reader does not take it"
    else:
        change = f"The writer may end {_after(outcome.unfinished or ())}, where the reader needs more"
    return finding(XsdChange.CONTENT_ORDER_CHANGED, path, change)


def _after(names: tuple[QName, ...]) -> str:
    if not names:
        return "at the beginning"
    shown_names = ", ".join(str(name) for name in names[-5:])
    return f"after {'..., ' if len(names) > 5 else ''}{shown_names}"


def _times(most: int | None) -> str:
    return "any number of" if most is None else str(most)


def shown(symbol: QName) -> str:
    """A name, or the names that it stands for."""
    if symbol.name != ANY_NAME:
        return f"the element {symbol}"
    if symbol.namespace == ELSEWHERE:
        return "elements of other namespaces"
    return f"elements of the namespace {symbol.namespace!r}" if symbol.namespace else "elements without a namespace"
