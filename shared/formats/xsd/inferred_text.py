"""Observed elements -> the text of a schema."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from xml.sax.saxutils import quoteattr

from lxml import etree

from sluicegate.shared.formats.xsd.names import XS
from sluicegate.shared.formats.xsd.observation import Child, Observed


class Writer:
    """Writes a schema for a namespace."""

    def __init__(self, namespace: str) -> None:
        """Nothing is written yet."""
        self._namespace = namespace
        self._names: dict[Observed, str] = {}
        self._types: list[Observed] = []

    def schema(self, roots: Iterable[Observed]) -> str:
        """The schema of some roots."""
        elements = [line for root in roots for line in self._element(root, "", 1)]
        types: list[str] = []
        for observed in self._types:  # grows while types are written
            types += self._complex(observed, 1, f" name={quoteattr(self._names[observed])}")
        target = (
            f" targetNamespace={quoteattr(self._namespace)} xmlns:t={quoteattr(self._namespace)}"
            if self._namespace
            else ""
        )
        form = ' elementFormDefault="qualified"' if self._namespace else ""
        lines = [f'<xs:schema xmlns:xs="{XS}"{target}{form}>', *elements, *types, "</xs:schema>"]
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"

    def _element(self, observed: Observed, occurs: str, depth: int) -> Iterator[str]:
        indent = "  " * depth
        form = ' form="unqualified"' if self._namespace and not observed.qualified else ""
        head = f"{indent}<xs:element name={quoteattr(observed.name)}{form}"
        tail = occurs + (' nillable="true"' if observed.nil else "")
        if not observed.children and not observed.attributes:
            yield f'{head} type="{self._simple(observed)}"{tail}/>'
        elif observed.recursive:
            yield f'{head} type="{self._named(observed)}"{tail}/>'
        else:
            yield f"{head}{tail}>"
            yield from self._complex(observed, depth + 1)
            yield f"{indent}</xs:element>"

    def _named(self, observed: Observed) -> str:
        """The name of a type that refers to itself."""
        if observed not in self._names:
            taken = set(self._names.values())
            numbers = (str(number) if number > 1 else "" for number in range(1, len(taken) + 2))
            self._names[observed] = next(
                name for number in numbers if (name := f"{observed.name}Type{number}") not in taken
            )
            self._types.append(observed)
        return f"t:{self._names[observed]}" if self._namespace else self._names[observed]

    def _simple(self, observed: Observed) -> str:
        return f"xs:{observed.texts.type}"

    def _complex(self, observed: Observed, depth: int, name: str = "") -> Iterator[str]:
        indent = "  " * depth
        mixed = ' mixed="true"' if observed.mixed else ""
        yield f"{indent}<xs:complexType{name}{mixed}>"
        if observed.children:
            yield from self._content(observed, depth + 1)
            yield from self._attributes(observed, depth + 1)
        elif observed.filled:
            yield f"{indent}  <xs:simpleContent>"
            yield f'{indent}    <xs:extension base="{self._simple(observed)}">'
            yield from self._attributes(observed, depth + 3)
            yield f"{indent}    </xs:extension>"
            yield f"{indent}  </xs:simpleContent>"
        else:
            yield from self._attributes(observed, depth + 1)
        yield f"{indent}</xs:complexType>"

    def _content(self, observed: Observed, depth: int) -> Iterator[str]:
        """A sequence where there is one order; else any order: once each, or any number of times."""
        indent = "  " * depth
        order = _order(observed)
        foreign = [child for child in observed.children.values() if child.observed is None]
        if order is not None:
            yield f"{indent}<xs:sequence>"
            for name in order:
                yield from self._child(name, observed.children[name], depth + 1)
            yield f"{indent}</xs:sequence>"
        elif not foreign and all(child.most == 1 for child in observed.children.values()):
            yield f"{indent}<xs:all>"
            for name, child in observed.children.items():
                yield from self._child(name, child, depth + 1)
            yield f"{indent}</xs:all>"
        else:
            yield f'{indent}<xs:choice minOccurs="0" maxOccurs="unbounded">'
            for child in observed.children.values():
                if child.observed is not None:
                    yield from self._element(child.observed, "", depth + 1)
            yield from self._wildcard(_spaces(observed), "", depth + 1)
            yield f"{indent}</xs:choice>"

    def _child(self, name: str, child: Child, depth: int) -> Iterator[str]:
        occurs = (' minOccurs="0"' if child.least == 0 else "") + (' maxOccurs="unbounded"' if child.most > 1 else "")
        if child.observed is None:
            yield from self._wildcard({etree.QName(name).namespace or ""}, occurs, depth)
        else:
            yield from self._element(child.observed, occurs, depth)

    def _wildcard(self, spaces: set[str], occurs: str, depth: int) -> Iterator[str]:
        if spaces:
            names = " ".join(space or "##local" for space in sorted(spaces))
            yield f'{"  " * depth}<xs:any namespace={quoteattr(names)} processContents="skip"{occurs}/>'

    def _attributes(self, observed: Observed, depth: int) -> Iterator[str]:
        indent = "  " * depth
        spaces = set()
        for name, attribute in observed.attributes.items():
            qualified = etree.QName(name)
            if qualified.namespace:
                spaces.add(qualified.namespace)
                continue
            use = ' use="required"' if attribute.count == observed.count else ""
            type_ = attribute.texts.type
            yield f'{indent}<xs:attribute name={quoteattr(qualified.localname)} type="xs:{type_}"{use}/>'
        if spaces:
            yield f'{indent}<xs:anyAttribute namespace={quoteattr(" ".join(sorted(spaces)))} processContents="skip"/>'


def _spaces(observed: Observed) -> set[str]:
    """The namespaces of the children that are not declared."""
    return {etree.QName(name).namespace or "" for name, child in observed.children.items() if child.observed is None}


def _order(observed: Observed) -> list[str] | None:
    """Return the common order of the children, if wildcards do not match other children in it."""
    if observed.scattered:
        return None
    spaces = [etree.QName(name).namespace or "" for name, child in observed.children.items() if child.observed is None]
    if len(spaces) != len(set(spaces)):
        return None
    sorter: TopologicalSorter[str] = TopologicalSorter({name: [] for name in observed.children})
    for first, second in sorted(observed.before):
        sorter.add(second, first)
    try:
        return list(sorter.static_order())
    except CycleError:
        return None
