"""Facts about a schema beside its text: metadata and rule sets of Confluent's data contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

CONFLUENT_VERSION: Final = "confluent:version"
"""The property that says under which version metadata was registered."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Tags of fields by their paths, properties, and which of these are secret."""

    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()

    @property
    def keepable(self) -> bool:
        """Whether a database can hold it."""
        tags = (word for path, words in self.tags.items() for word in (path, *words))
        properties = (word for pair in self.properties.items() for word in pair)
        return all(is_text(word) for word in (*tags, *properties, *self.sensitive))

    def having(self, key: str, value: str) -> "Metadata":
        """The same with one property set."""
        return replace(self, properties={**self.properties, key: value})

    def without(self, key: str) -> "Metadata":
        """The same without one property."""
        return replace(self, properties={name: value for name, value in self.properties.items() if name != key})


class RuleKind(StrEnum):
    """The effect of a rule on a message."""

    TRANSFORM = "TRANSFORM"
    CONDITION = "CONDITION"


class RuleMode(StrEnum):
    """When a rule runs."""

    UPGRADE = "UPGRADE"
    DOWNGRADE = "DOWNGRADE"
    UPDOWN = "UPDOWN"
    WRITE = "WRITE"
    READ = "READ"
    WRITEREAD = "WRITEREAD"


_MIGRATIONS: Final = frozenset({RuleMode.UPGRADE, RuleMode.DOWNGRADE, RuleMode.UPDOWN})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. None means that the field is missing."""

    name: str | None
    doc: str | None = None
    kind: RuleKind = RuleKind.TRANSFORM
    mode: RuleMode = RuleMode.WRITEREAD
    type: str | None = None
    tags: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    expr: str | None = None
    on_success: str | None = None
    on_failure: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules for migrations between versions, for the content of a message, and for its encoding."""

    migration_rules: tuple[Rule, ...] = ()
    domain_rules: tuple[Rule, ...] = ()
    encoding_rules: tuple[Rule, ...] = ()
    enable_at: str | None = None

    def faults(self) -> tuple[str, ...]:
        """Why it cannot be kept, in Confluent's words; empty when it can."""
        return (
            *_text_faults((*self.migration_rules, *self.domain_rules, *self.encoding_rules)),
            *_faults(self.migration_rules, _MIGRATIONS, "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN"),
            *_faults(self.domain_rules, _DOMAIN, "Domain rules can only be WRITE, READ, WRITEREAD"),
            *_faults(self.encoding_rules, _DOMAIN, "Encoding rules can only be WRITE, READ, WRITEREAD"),
        )

    def without(self, names: frozenset[str]) -> "RuleSet":
        """The same without the rules of some names."""
        return replace(
            self,
            migration_rules=tuple(rule for rule in self.migration_rules if rule.name not in names),
            domain_rules=tuple(rule for rule in self.domain_rules if rule.name not in names),
            encoding_rules=tuple(rule for rule in self.encoding_rules if rule.name not in names),
        )


_DOMAIN: Final = frozenset(RuleMode) - _MIGRATIONS


def is_text(text: str) -> bool:
    """Whether a database can hold it: neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def merged_metadata(older: Metadata | None, newer: Metadata | None) -> Metadata | None:
    """Merge both; the newer value of a field counts."""
    if older is None or newer is None:
        return newer or older
    return Metadata(
        {**older.tags, **newer.tags},
        {**older.properties, **newer.properties},
        older.sensitive | newer.sensitive,
    )


def merged_rules(older: RuleSet | None, newer: RuleSet | None) -> RuleSet | None:
    """Both together; of two rules with one name, the newer one counts."""
    if older is None or newer is None:
        return newer or older
    return RuleSet(
        _merged(older.migration_rules, newer.migration_rules),
        _merged(older.domain_rules, newer.domain_rules),
        _merged(older.encoding_rules, newer.encoding_rules),
        newer.enable_at or older.enable_at,
    )


def _merged(older: tuple[Rule, ...], newer: tuple[Rule, ...]) -> tuple[Rule, ...]:
    names = {rule.name for rule in newer}
    return (*(rule for rule in older if rule.name not in names), *newer)


def _faults(rules: tuple[Rule, ...], modes: frozenset[RuleMode], wrong_mode: str) -> tuple[str, ...]:
    names = [rule.name for rule in rules]
    found = [f"Found rule with duplicate name '{name}'" for name in dict.fromkeys(names) if names.count(name) > 1]
    for rule in rules:
        found.extend(_name_faults(rule.name))
        if rule.type is None:
            found.append("Missing rule type")
        if rule.mode not in modes:
            found.append(wrong_mode)
    return tuple(found)


def _text_faults(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    texts = (
        word
        for rule in rules
        for word in (rule.name, rule.doc, rule.type, rule.expr, rule.on_success, rule.on_failure, *rule.tags)
    )
    params = (word for rule in rules for pair in rule.params.items() for word in pair)
    broken = any(word is not None and not is_text(word) for word in (*texts, *params))
    return ("Rules contain a character that cannot be kept",) if broken else ()


def _name_faults(name: str | None) -> tuple[str, ...]:
    if name is None:
        return ("Missing rule name",)
    if not name:
        return ("Empty rule name",)
    if not (name[0].isalpha() or name[0] == "_"):
        return (f"Illegal initial character in rule name: {name}",)
    if not all(letter.isalnum() or letter in "_-" for letter in name):
        return (f"Illegal character in rule name: {name}",)
    return ()
