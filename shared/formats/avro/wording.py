"""Types in the words of a person."""

from sluicegate.shared.formats.avro.model import (
    Definition,
    Enum,
    Fixed,
    Primitive,
    RecordType,
    Type,
    TypeReference,
    Union,
)


def described(of: Definition) -> str:
    """A type in a few words: `int`, `the record x.Order`, `the union of null and string`."""
    match of:
        case Union():
            return f"the union of {listed([short(branch) for branch in of.branches])}"
        case RecordType() | Enum() | Fixed():
            return f"the {of.kind} {of.name.full}"
        case Primitive():
            return of.kind.value
    return f"an {of.kind}" if of.kind == "array" else f"a {of.kind}"


def short(of: Type) -> str:
    """A type in a word: its name, or its kind."""
    return of.name.full if isinstance(of, TypeReference | RecordType | Enum | Fixed) else of.kind.value


def listed(words: list[str], most: int = 8) -> str:
    """Words as a sentence lists them, cut short."""
    if len(words) > most:
        return ", ".join(words[:most]) + f" and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words) or "nothing"
