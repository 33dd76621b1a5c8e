"""Random XML schemas, small changes, and mostly valid documents, all from one random source."""

import random
from dataclasses import dataclass, replace
from typing import TypeAlias

NAMES = ("a", "b", "c", "d")
TEXTS: dict[str, tuple[str, ...]] = {
    "xs:string": ("", "x", "  x  ", "7"), "xs:token": ("x y", " x ", ""), "xs:NCName": ("x", "a-b"),
    "xs:integer": ("1", "-70000", "+5", "007"), "xs:int": ("1", "-70000"), "xs:short": ("300", "-300"), "xs:byte": ("7", "-7"),
    "xs:positiveInteger": ("1", "12345678901"), "xs:decimal": ("1.50", "-.5", "3"), "xs:double": ("1e5", "INF", "1.5"),
    "xs:boolean": ("true", "0"), "xs:date": ("2026-01-31",), "xs:anyURI": ("u:x",), "letters": ("a", "b"), "letter": ("a",),
    "small": ("0", "9", "5"), "tiny": ("3",), "short": ("x", "xy"), "long": ("x", "xyz"), "money": ("1.55", "12.5"), "cents": ("1.55",),
    "code": ("AB1", "ZZ9"), "numbers": ("1 2 3", ""), "mixed": ("1", "a"),
}  # fmt: skip
_FACETS = {
    "letters": ("xs:string", (("enumeration", "a"), ("enumeration", "b"))),
    "letter": ("letters", (("enumeration", "a"),)),
    "small": ("xs:int", (("minInclusive", "0"), ("maxExclusive", "10"))),
    "tiny": ("small", (("minExclusive", "2"), ("maxInclusive", "4"))),
    "short": ("xs:string", (("minLength", "1"), ("maxLength", "2"))),
    "long": ("xs:string", (("maxLength", "3"),)),
    "money": ("xs:decimal", (("fractionDigits", "2"),)),
    "cents": ("money", (("totalDigits", "3"),)),
    "code": ("xs:string", (("pattern", "[A-Z]{2}[0-9]"),)),
}
OWN_TYPES = "".join(
    f'<xs:simpleType name="{name}"><xs:restriction base="{base}">'
    + "".join(f'<xs:{facet} value="{value}"/>' for facet, value in facets)
    + "</xs:restriction></xs:simpleType>"
    for name, (base, facets) in _FACETS.items()
) + (
    '<xs:simpleType name="numbers"><xs:list itemType="xs:int"/></xs:simpleType>'
    '<xs:simpleType name="mixed"><xs:union memberTypes="xs:int letters"/></xs:simpleType>'
)


@dataclass(frozen=True)
class Element:
    """An element with a type: the name of a simple one, or a complex one.

    `ref` is a global element instead.
    """

    name: str
    type: "str | Complex"
    least: int = 1
    most: int | None = 1
    nillable: bool = False
    default: str | None = None
    ref: bool = False


@dataclass(frozen=True)
class Any:
    """A wildcard."""

    namespace: str
    process: str
    least: int = 0
    most: int | None = 1


@dataclass(frozen=True)
class Group:
    """A sequence, a choice or an all."""

    kind: str
    members: "tuple[Particle, ...]"
    least: int = 1
    most: int | None = 1


Particle: TypeAlias = Element | Any | Group


@dataclass(frozen=True)
class Complex:
    """A complex type: content and attributes (name, type, required, fixed)."""

    content: Group | None
    attributes: tuple[tuple[str, str, bool, str | None], ...] = ()
    mixed: bool = False
    any_attribute: str | None = None


@dataclass(frozen=True)
class Drawn:
    """A schema: the root's type, and other global elements, of which `member` may stand for `head`."""

    root: Complex
    head: str
    member: str | None
    derived: Complex | None


class Draw:
    """Draws from one source of chance."""

    def __init__(self, seed: int) -> None:
        """The same seed draws the same."""
        self.random = random.Random(seed)

    def schema(self) -> Drawn:
        """A schema."""
        derived = self.complex(1) if self.chance(0.3) else None
        return Drawn(self.complex(2), self.simple(), self.simple() if self.chance(0.5) else None, derived)

    def chance(self, share: float) -> bool:
        """Whether something happens."""
        return self.random.random() < share

    def simple(self) -> str:
        """The name of a simple type."""
        return self.random.choice(list(TEXTS))

    def complex(self, depth: int) -> Complex:
        """A complex type."""
        names = self.random.sample(("p", "q", "r"), self.random.choice((0, 0, 1, 2)))
        attributes = tuple(self.attribute(name) for name in names)
        content = self.group(depth) if self.chance(0.9) else None
        any_attribute = self.random.choice(("strict", "lax", "skip")) if self.chance(0.1) else None
        return Complex(content, attributes, self.chance(0.1), any_attribute)

    def attribute(self, name: str) -> tuple[str, str, bool, str | None]:
        """An attribute."""
        kind = self.simple()
        fixed = self.random.choice(TEXTS[kind]) if self.chance(0.1) else None
        return (name, kind, self.chance(0.3), fixed)

    def occurrence(self) -> tuple[int, int | None]:
        """How often a particle stands there."""
        return self.random.choice(
            ((1, 1), (1, 1), (0, 1), (0, 1), (0, None), (1, None), (0, 2), (2, 3), (1, 4), (2, 2))
        )

    def group(self, depth: int) -> Group:
        """A group of particles."""
        kind = self.random.choice(("sequence", "sequence", "sequence", "choice", "all"))
        if kind == "all" and depth > 0:
            names = self.random.sample(NAMES, self.random.randint(1, 3))
            return Group(
                "all",
                tuple(Element(name, self.type(depth), self.random.randint(0, 1)) for name in names),
                self.random.randint(0, 1),
            )
        kind = "sequence" if kind == "all" else kind
        return Group(kind, tuple(self.particle(depth) for _ in range(self.random.randint(1, 3))), *self.occurrence())

    def particle(self, depth: int) -> Particle:
        """A particle."""
        if depth > 0 and self.chance(0.2):
            return self.group(0)
        if self.chance(0.1):
            space = self.random.choice(("##any", "##other", "##local", "urn:x urn:y", "urn:x"))
            return Any(space, self.random.choice(("strict", "lax", "skip")), *self.occurrence())
        if self.chance(0.15):
            return Element("head", "", *self.occurrence(), ref=True)
        return self.element(depth)

    def element(self, depth: int) -> Element:
        """An element."""
        kind = self.type(depth)
        default = (
            self.random.choice(TEXTS[kind]) if isinstance(kind, str) and kind in TEXTS and self.chance(0.1) else None
        )
        return Element(self.random.choice(NAMES), kind, *self.occurrence(), self.chance(0.1), default)

    def type(self, depth: int) -> "str | Complex":
        """A type."""
        if depth > 0 and self.chance(0.3):
            return self.complex(depth - 1)
        return "Base" if self.chance(0.1) else self.simple()

    def changed(self, drawn: Drawn) -> Drawn:
        """A schema with one or two changes."""
        for _ in range(self.random.choice((1, 1, 2))):
            match self.random.randrange(12):
                case 0:
                    drawn = replace(drawn, head=self.simple())
                case 1:
                    drawn = replace(drawn, member=self.simple() if self.chance(0.5) else None)
                case 2:
                    drawn = replace(drawn, derived=self.complex(1) if self.chance(0.5) else None)
                case _:
                    drawn = replace(drawn, root=self.changed_complex(drawn.root))
        return drawn

    def changed_complex(self, old: Complex) -> Complex:
        """A complex type with one change."""
        match self.random.randrange(8):
            case 0:
                return replace(old, mixed=not old.mixed)
            case 1:
                return replace(old, any_attribute=self.random.choice((None, "strict", "lax", "skip")))
            case 2 | 3:
                kept = list(old.attributes)
                if kept and self.chance(0.6):
                    name = kept.pop(self.random.randrange(len(kept)))[0]
                    kept += [self.attribute(name)] if self.chance(0.5) else []
                else:
                    kept += [self.attribute("s")] if all(each[0] != "s" for each in kept) else []
                return replace(old, attributes=tuple(kept))
        if old.content is None:
            return replace(old, content=self.group(1))
        return replace(old, content=self.changed_group(old.content))

    def changed_group(self, old: Group) -> Group:
        """A group with one change."""
        members = list(old.members)
        place = self.random.randrange(len(members)) if members else 0
        choice = self.random.randrange(9)
        flat = old.kind == "all"
        if choice == 0 and not flat:
            return replace(old, **dict(zip(("least", "most"), self.occurrence(), strict=True)))  # type: ignore[arg-type]  # both are numbers
        if choice == 1 and len(members) > 1:
            del members[place]
        elif choice == 2:
            free = [
                name for name in NAMES if not any(isinstance(each, Element) and each.name == name for each in members)
            ]
            if free:
                most = 1 if flat else self.random.choice((1, None))
                members.insert(
                    place, Element(self.random.choice(free), self.simple(), self.random.choice((0, 0, 1)), most)
                )
        elif choice == 3 and not flat:
            return replace(old, kind="choice" if old.kind == "sequence" else "sequence")
        elif choice == 4:
            self.random.shuffle(members)
        elif members:
            members[place] = self.changed_particle(members[place], flat=flat)
        return replace(old, members=tuple(members))

    def changed_particle(self, old: Particle, *, flat: bool) -> Particle:
        """A particle with one change."""
        if isinstance(old, Group):
            return self.changed_group(old)
        if self.chance(0.4):
            least, most = (self.random.randint(0, 1), 1) if flat else self.occurrence()
            return replace(old, least=least, most=most)
        if isinstance(old, Any):
            return replace(old, process=self.random.choice(("strict", "lax", "skip")))
        if old.ref:
            return old
        if isinstance(old.type, Complex):
            return replace(old, type=self.changed_complex(old.type))
        if self.chance(0.2):
            return replace(old, nillable=not old.nillable)
        if self.chance(0.2):
            return replace(old, default=None)
        return replace(old, type=self.simple(), default=None)


def schema_text(drawn: Drawn) -> str:
    """The text of a schema."""
    base = '<xs:complexType name="Base"><xs:sequence><xs:element name="x" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>'
    derived = ""
    if drawn.derived is not None:
        inner = _complex_content(drawn.derived)
        derived = (
            f'<xs:complexType name="Derived"><xs:complexContent><xs:extension base="Base">{inner}</xs:extension></xs:complexContent>'
            "</xs:complexType>"
        )
    member = f'<xs:element name="member" type="{drawn.member}" substitutionGroup="head"/>' if drawn.member else ""
    return (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r">'
        f'{_complex(drawn.root)}</xs:element><xs:element name="head" type="{drawn.head}"/>{member}{base}{derived}{OWN_TYPES}</xs:schema>'
    )


def _complex(type_: Complex) -> str:
    mixed = ' mixed="true"' if type_.mixed else ""
    return f"<xs:complexType{mixed}>{_complex_content(type_)}</xs:complexType>"


def _complex_content(type_: Complex) -> str:
    parts = [_particle(type_.content)] if type_.content else []
    for name, kind, required, fixed in type_.attributes:
        use = ' use="required"' if required else ""
        value = f' fixed="{fixed}"' if fixed is not None else ""
        parts.append(f'<xs:attribute name="{name}" type="{kind}"{use}{value}/>')
    if type_.any_attribute:
        parts.append(f'<xs:anyAttribute processContents="{type_.any_attribute}"/>')
    return "".join(parts)


def _particle(particle: Particle) -> str:
    most = "unbounded" if particle.most is None else particle.most
    occurs = f'minOccurs="{particle.least}" maxOccurs="{most}"'
    if isinstance(particle, Group):
        return f"<xs:{particle.kind} {occurs}>{''.join(map(_particle, particle.members))}</xs:{particle.kind}>"
    if isinstance(particle, Any):
        return f'<xs:any namespace="{particle.namespace}" processContents="{particle.process}" {occurs}/>'
    if particle.ref:
        return f'<xs:element ref="{particle.name}" {occurs}/>'
    nillable = ' nillable="true"' if particle.nillable else ""
    default = f' default="{particle.default}"' if particle.default is not None else ""
    if isinstance(particle.type, Complex):
        return f'<xs:element name="{particle.name}" {occurs}{nillable}>{_complex(particle.type)}</xs:element>'
    return f'<xs:element name="{particle.name}" type="{particle.type}" {occurs}{nillable}{default}/>'


class Documents:
    """Documents that a schema was drawn for; most of them fit it."""

    def __init__(self, drawn: Drawn, seed: int) -> None:
        """The same seed gives the same documents."""
        self._drawn = drawn
        self._random = random.Random(seed)
        self._deep = 0

    def document(self) -> bytes:
        """A document."""
        xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        return self._complex("r", self._drawn.root, xsi).encode()

    def _complex(self, name: str, type_: Complex, more: str = "") -> str:
        attributes = [more] if more else []
        for each, kind, required, fixed in type_.attributes:
            if required or self._random.random() < 0.5:
                value = fixed if fixed is not None else self._random.choice(TEXTS[kind])
                attributes.append(f'{each}="{value}"')
        if type_.any_attribute and self._random.random() < 0.5:
            attributes.append(self._random.choice(('s="1"', 'u="x"', 'xmlns:x="urn:x" x:s="1"')))
        content = self._particle(type_.content) if type_.content else ""
        if type_.mixed:
            content = f"text{content}"
        elif content == "" and type_.content is not None and type_.content.members and self._random.random() < 0.3:
            content = "\n"
        return f"<{' '.join((name, *attributes))}>{content}</{name}>"

    def _count(self, particle: Particle) -> int:
        most = particle.least + 2 if particle.most is None else particle.most
        return self._random.randint(particle.least, most)

    def _particle(self, particle: Particle) -> str:
        return "".join(self._once(particle) for _ in range(self._count(particle)))

    def _once(self, particle: Particle) -> str:
        if isinstance(particle, Any):
            return self._random.choice(
                (
                    "<a>x</a>",
                    "<zz/>",
                    '<a xmlns="urn:x"/>',
                    '<q xmlns="urn:z">x<y/></q>',
                    "<head>7</head>",
                    '<x:b xmlns:x="urn:y"/>',
                    "<member/>",
                )
            )
        if isinstance(particle, Element):
            return self._element(particle)
        if particle.kind == "choice":
            return self._particle(self._random.choice(particle.members))
        members = list(particle.members)
        if particle.kind == "all":
            self._random.shuffle(members)
        return "".join(map(self._particle, members))

    def _element(self, element: Element) -> str:
        name, kind = element.name, element.type
        if element.ref:
            kind = self._drawn.head
            if self._drawn.member and self._random.random() < 0.5:
                name, kind = "member", self._drawn.member
        if element.nillable and self._random.random() < 0.4:
            return f'<{name} xsi:nil="true"/>'
        if isinstance(kind, Complex):
            return self._complex(name, kind)
        if kind == "Base":
            if self._drawn.derived and self._deep < 3 and self._random.random() < 0.5:
                self._deep += 1
                inner = self._complex(name, self._drawn.derived, 'xsi:type="Derived"')
                self._deep -= 1
                return inner.replace(">", "><x>1</x>", 1) if self._random.random() < 0.3 else inner
            return f"<{name}>{self._random.choice(('', '<x>5</x>'))}</{name}>"
        if element.default is not None and self._random.random() < 0.5:
            return f"<{name}/>"
        return f"<{name}>{self._random.choice(TEXTS[kind])}</{name}>"
