"""Facts about elements in samples: children with order and number, attributes, texts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from lxml import etree

from sluicegate.shared.formats.xsd.names import XSI, attributes
from sluicegate.shared.formats.xsd.values import ALL, STRING, fitting, narrowest

_HINTS = ("schemaLocation", "noNamespaceSchemaLocation")


@dataclass(slots=True)
class Texts:
    """The types that every text met so far fits."""

    kinds: frozenset[str] = frozenset(ALL)
    met: bool = False

    def add(self, text: str) -> None:
        """Meet a text."""
        self.kinds &= fitting(text)
        self.met = True

    @property
    def type(self) -> str:
        """The narrowest type; that of any text when none was met."""
        return narrowest(self.kinds) if self.met else STRING


@dataclass(slots=True)
class Attribute:
    """An attribute: how many elements have it, and its texts."""

    count: int = 0
    texts: Texts = field(default_factory=Texts)


@dataclass(slots=True)
class Child:
    """A child element by its name; `least` and `most` are of the elements that were met.

    `observed` None: of another namespace.
    """

    observed: "Observed | None"
    least: int
    most: int


@dataclass(slots=True, eq=False)
class Observed:
    """An element of one name at one place.

    `text` says that there was text but for blanks, `filled` that an element without children was
    not empty. `before` holds pairs of children of which the first was met before the second;
    `scattered` says that children of one name were met with others between them.
    """

    name: str
    qualified: bool
    count: int = 0
    nil: bool = False
    recursive: bool = False
    texts: Texts = field(default_factory=Texts)
    text: bool = False
    filled: bool = False
    children: dict[str, Child] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    before: set[tuple[str, str]] = field(default_factory=set)
    scattered: bool = False

    @property
    def mixed(self) -> bool:
        """Whether there was text in elements that have children, too."""
        return self.text and bool(self.children)


def observe(
    node: etree._Element, observed: Observed, namespace: str, levels: int, above: Mapping[str, Observed] | None = None
) -> None:
    """Add the facts of an element. Raises `ValueError` if no inferred schema can express them."""
    if levels == 0:
        raise ValueError("Its elements lie too deep inside each other. Give samples with fewer levels")
    around = {**(above or {}), node.tag: observed}
    _attributes(node, observed)
    elements = [child for child in node if isinstance(child.tag, str)]
    _text(node, observed, empty=not elements)
    counts = Counter(str(child.tag) for child in elements)
    _counts(observed, counts)
    _order(observed, [str(child.tag) for child in elements])
    observed.count += 1
    for child in elements:
        inner = _child(child, observed, namespace, around)
        if inner is not None:
            known = child.tag in around
            observe(
                child, inner, namespace, levels if known else levels - 1, _up_to(around, child) if known else around
            )


def _up_to(around: Mapping[str, Observed], node: etree._Element) -> Mapping[str, Observed]:
    """Return the surroundings of the element whose type is used again."""
    names = list(around)
    return {name: around[name] for name in names[: names.index(str(node.tag))]}


def _attributes(node: etree._Element, observed: Observed) -> None:
    for name, value in attributes(node):
        qualified = etree.QName(name)
        if qualified.namespace == XSI:
            _instance(node, qualified.localname, value, observed)
        else:
            attribute = observed.attributes.setdefault(name, Attribute())
            attribute.count += 1
            attribute.texts.add(value)


def _instance(node: etree._Element, name: str, value: str, observed: Observed) -> None:
    """Attributes that speak about schemas."""
    if name == "nil":
        observed.nil = True
    elif name not in _HINTS:
        where = etree.QName(node).localname
        raise ValueError(
            f'The element {where} has xsi:{name}="{value[:60]}", which names a type of a schema that is not there'
        )


def _text(node: etree._Element, observed: Observed, *, empty: bool) -> None:
    """The text of an element, and whether it stands between children."""
    parts = [node.text or "", *(child.tail or "" for child in node)]
    whole = "".join(parts)
    if empty:
        observed.filled |= bool(whole)
        if node.get(f"{{{XSI}}}nil") not in ("true", "1"):
            observed.texts.add(whole)
    else:
        observed.texts.add("text and elements")
    observed.text |= bool(whole.strip(" \t\r\n"))


def _counts(observed: Observed, counts: "Counter[str]") -> None:
    for name in counts.keys() | observed.children.keys():
        child = observed.children.get(name)
        number = counts[name]
        if child is None:
            observed.children[name] = Child(None, 0 if observed.count else number, number)
        else:
            child.least, child.most = min(child.least, number), max(child.most, number)


def _order(observed: Observed, names: list[str]) -> None:
    runs = [name for name, _ in groupby(names)]
    observed.scattered |= len(runs) != len(set(runs))
    observed.before.update(pairwise(runs))


def _child(node: etree._Element, observed: Observed, namespace: str, around: Mapping[str, Observed]) -> Observed | None:
    """Return the facts about a child of this name; None for another namespace."""
    name = etree.QName(node)
    if (name.namespace or "") not in ("", namespace):
        return None
    child = observed.children[str(node.tag)]
    if child.observed is None:
        child.observed = around.get(str(node.tag)) or Observed(name.localname, (name.namespace or "") == namespace)
    child.observed.recursive |= str(node.tag) in around
    return child.observed
