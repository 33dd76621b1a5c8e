"""Data contracts in JSON: metadata and rule sets, which requests bring and answers give back."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleKind, RuleMode, RuleSet
from sluicegate.registry_api.facades.confluent.wire.base import Body
from sluicegate.shared.formats.engine import Entity, EntityType, Tags

LONGEST_PATH: Final = 2000
"""Characters of an entity's path."""


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class MetadataBody(Body):
    """Facts about a schema beside its text."""

    tags: Mapping[str, tuple[str, ...]] | None = None
    properties: Mapping[str, str] | None = None
    sensitive: tuple[str, ...] | None = None

    def metadata(self) -> Metadata:
        """As the core knows it."""
        return Metadata(_tag_sets(self.tags), self.properties or {}, frozenset(self.sensitive or ()))


class RuleBody(Body):
    """One rule."""

    name: str | None = None
    doc: str | None = None
    kind: RuleKind | None = None
    mode: RuleMode | None = None
    type: str | None = None
    tags: tuple[str, ...] | None = None
    params: Mapping[str, str] | None = None
    expr: str | None = None
    on_success: str | None = None
    on_failure: str | None = None
    disabled: bool = False

    def rule(self) -> Rule:
        """As the core knows it."""
        return Rule(
            name=self.name,
            doc=self.doc,
            kind=self.kind or RuleKind.TRANSFORM,
            mode=self.mode or RuleMode.WRITEREAD,
            type=self.type,
            tags=self.tags or (),
            params=self.params or {},
            expr=self.expr,
            on_success=self.on_success,
            on_failure=self.on_failure,
            disabled=self.disabled,
        )


class RuleSetBody(Body):
    """The rules of a schema."""

    migration_rules: tuple[RuleBody, ...] | None = None
    domain_rules: tuple[RuleBody, ...] | None = None
    encoding_rules: tuple[RuleBody, ...] | None = None
    enable_at: str | None = None

    def rules(self) -> RuleSet:
        """As the core knows them."""
        return RuleSet(
            _rules(self.migration_rules), _rules(self.domain_rules), _rules(self.encoding_rules), self.enable_at
        )


class EntityBody(Body):
    """A record or a field of a schema."""

    entity_path: str = Field(
        max_length=LONGEST_PATH, description="Avro: `namespace.Record.field`. JSON: `object.lines.array.object.sku`."
    )
    entity_type: Annotated[EntityType, BeforeValidator(_lower)]


class SchemaTagsBody(Body):
    """A record or a field, and tags of it."""

    schema_entity: EntityBody
    tags: tuple[str, ...] = ()


def tags_of(bodies: tuple[SchemaTagsBody, ...] | None) -> Tags:
    """Return the tags of each entity, merged if a request names one more than once."""
    found: dict[Entity, tuple[str, ...]] = {}
    for body in bodies or ():
        entity = Entity(body.schema_entity.entity_path, body.schema_entity.entity_type)
        found[entity] = (*found.get(entity, ()), *body.tags)
    return found


def tags_bodies(tags: Tags) -> tuple[SchemaTagsBody, ...]:
    """Tags as they are served."""
    return tuple(
        SchemaTagsBody(schema_entity=EntityBody(entity_path=each.path, entity_type=each.type), tags=names)
        for each, names in tags.items()
    )


def metadata_of(body: MetadataBody | None) -> Metadata | None:
    """Return the metadata of a request, or None."""
    return None if body is None else body.metadata()


def rules_of(body: RuleSetBody | None) -> RuleSet | None:
    """Return the rules of a request, or None."""
    return None if body is None else body.rules()


def _tag_sets(tags: Mapping[str, tuple[str, ...]] | None) -> Mapping[str, frozenset[str]]:
    """Path -> tags, as the core knows them."""
    return {path: frozenset(names) for path, names in (tags or {}).items()}


def metadata_body(metadata: Metadata | None) -> MetadataBody | None:
    """Metadata as it is served; sets in the order of their members."""
    if metadata is None:
        return None
    return MetadataBody(
        tags={path: tuple(sorted(names)) for path, names in metadata.tags.items()} or None,
        properties=metadata.properties or None,
        sensitive=tuple(sorted(metadata.sensitive)) or None,
    )


def rules_body(rules: RuleSet | None) -> RuleSetBody | None:
    """A rule set as it is served."""
    if rules is None:
        return None
    return RuleSetBody(
        migration_rules=_bodies(rules.migration_rules),
        domain_rules=_bodies(rules.domain_rules),
        encoding_rules=_bodies(rules.encoding_rules),
        enable_at=rules.enable_at,
    )


def _rules(bodies: tuple[RuleBody, ...] | None) -> tuple[Rule, ...]:
    return tuple(body.rule() for body in bodies or ())


def _bodies(rules: tuple[Rule, ...]) -> tuple[RuleBody, ...] | None:
    return tuple(_rule_body(rule) for rule in rules) or None


def _rule_body(rule: Rule) -> RuleBody:
    return RuleBody(
        name=rule.name,
        doc=rule.doc,
        kind=rule.kind,
        mode=rule.mode,
        type=rule.type,
        tags=rule.tags or None,
        params=rule.params or None,
        expr=rule.expr,
        on_success=rule.on_success,
        on_failure=rule.on_failure,
        disabled=rule.disabled,
    )
