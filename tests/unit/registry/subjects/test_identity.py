"""Guids are those of Confluent's registry, by its own golden data.

`schema-md5-golden-data.json`, Apache-2.0. Identities tell contents apart.
"""

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.registry_api.core.identity import as_registered, guid, identity
from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleKind, RuleMode, RuleSet
from sluicegate.registry_api.core.model import Reference
from sluicegate.shared.model import SchemaFormat, VersionNumber

TEXT = (
    '{"type":"record","name":"Person","namespace":"io.confluent.kafka.example","fields":[{"name":"name","type":"string"},'
    '{"name":"age","type":"int"},{"name":"ssn","type":"string"},{"name":"user","type":"io.confluent.kafka.example.User"},'
    '{"name":"address","type":"io.confluent.kafka.example.Address"}]}'
)
REFERENCES = (
    Reference.to_subject("io.confluent.kafka.example.User", "User", VersionNumber(1)),
    Reference.to_subject("io.confluent.kafka.example.Address", "Address", VersionNumber(2)),
)
METADATA = Metadata(
    {"environment": frozenset({"production", "staging"}), "team": frozenset({"data-engineering"})},
    {"version": "1.0.0", "owner": "data-team", "description": "Person schema for user management"},
    frozenset({"ssn", "credit-card"}),
)


def rule(name: str, doc: str, kind: RuleKind, mode: RuleMode, type_: str, field: str, expr: str) -> Rule:
    """A rule as the golden data has them."""
    return Rule(name, doc, kind, mode, type_, ("PERSON",), {"field": field}, expr, "none", "error")


RULES = RuleSet(
    (
        rule(
            "upgrade-rule-1",
            "Upgrade rule for field changes",
            RuleKind.TRANSFORM,
            RuleMode.UPGRADE,
            "FIELD_UPDATE",
            "name",
            "field.name = field.name.toUpperCase()",
        ),
        rule(
            "downgrade-rule-1",
            "Downgrade rule for compatibility",
            RuleKind.TRANSFORM,
            RuleMode.DOWNGRADE,
            "FIELD_DELETE",
            "ssn",
            "delete field.ssn",
        ),
    ),
    (
        rule(
            "validation-rule-1",
            "Validate age field",
            RuleKind.CONDITION,
            RuleMode.WRITE,
            "FIELD_VALIDATION",
            "age",
            "field.age >= 0 && field.age <= 150",
        ),
        rule(
            "masking-rule-1",
            "Mask sensitive data on read",
            RuleKind.TRANSFORM,
            RuleMode.READ,
            "DATA_MASKING",
            "ssn",
            "field.ssn = '***-**-****'",
        ),
    ),
)


@pytest.mark.parametrize(
    ("references", "metadata", "rules", "expected"),
    [
        ((), None, None, "d629bb05-ad85-3d20-fbcb-895de3c459f7"),
        ((), None, RULES, "c0708b8f-65f6-b698-bffe-45c1dfa8987c"),
        ((), METADATA, None, "2034166c-90a8-1166-0ff2-f5f62c80dbe0"),
        ((), METADATA, RULES, "d9877161-cfdf-d8c5-4eb4-ab37ed50e9d5"),
        (REFERENCES, None, None, "5c08d70e-5347-41b2-6369-199425d044eb"),
        (REFERENCES, None, RULES, "96825311-eb10-b7f5-48be-2a023b4c018e"),
        (REFERENCES, METADATA, None, "3619d8e0-2ee8-de51-0d9e-2520d39174d5"),
        (REFERENCES, METADATA, RULES, "589556fb-ad98-e8e0-94fa-e6da3455433a"),
    ],
)
def test_golden_guids(
    references: tuple[Reference, ...], metadata: Metadata | None, rules: RuleSet | None, expected: str
) -> None:
    assert guid(TEXT, references, metadata, rules) == expected


NUMBERED = Metadata(properties={"confluent:version": "3"})


@pytest.mark.parametrize(
    ("sent", "registered", "expected"),
    [
        (None, None, None),
        (None, NUMBERED, NUMBERED),
        (Metadata(), Metadata(properties={"a": "b"}), Metadata()),
        (NUMBERED, None, Metadata()),
        (Metadata(properties={"confluent:version": "1"}), NUMBERED, Metadata(properties={"confluent:version": "1"})),
    ],
)
def test_nobody_sends_a_version_number_along(
    sent: Metadata | None, registered: Metadata | None, expected: Metadata | None
) -> None:
    assert as_registered(sent, registered) == expected


class Content(NamedTuple):
    """The arguments of `identity`."""

    schema_format: SchemaFormat
    standard: str
    references: tuple[Reference, ...]
    metadata: Metadata | None
    rules: RuleSet | None


parts = st.text(alphabet="abc:", max_size=3)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Small contents, so that two of them are often nearly the same."""
    metadata = Metadata(
        tags=draw(st.dictionaries(parts, st.frozensets(parts, max_size=2), max_size=1)),
        properties=draw(st.dictionaries(parts, parts, max_size=2)),
        sensitive=draw(st.frozensets(parts, max_size=1)),
    )
    rules = RuleSet(domain_rules=tuple(draw(st.lists(st.builds(Rule, parts, parts), max_size=1))))
    references = draw(st.lists(st.builds(Reference.to_subject, parts, parts, st.just(VersionNumber(1))), max_size=1))
    return Content(
        draw(st.sampled_from(SchemaFormat)),
        draw(parts),
        tuple(references),
        draw(st.sampled_from([None, metadata])),
        draw(st.sampled_from([None, rules])),
    )


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contents(), contents())
def test_identities_are_equal_only_for_equal_contents(one: Content, other: Content) -> None:
    same = one == other and [each.subject for each in one.references] == [each.subject for each in other.references]
    assert (identity(*one) == identity(*other)) == same


def test_identity_leaves_the_order_of_properties_out() -> None:
    one, other = Metadata(properties={"a": "1", "b": "2"}), Metadata(properties={"b": "2", "a": "1"})
    assert identity(SchemaFormat.AVRO, "x", (), one) == identity(SchemaFormat.AVRO, "x", (), other)
