"""Guids are those of Confluent's registry: its own golden data (`schema-md5-golden-data.json`, Apache-2.0)."""

import pytest

from registry_api.core.subjects.identity import as_registered, guid
from registry_api.core.subjects.metadata import Metadata, Rule, RuleKind, RuleMode, RuleSet
from registry_api.core.subjects.model import SubjectReference
from shared.model import VersionNumber

TEXT = (
    '{"type":"record","name":"Person","namespace":"io.confluent.kafka.example","fields":[{"name":"name","type":"string"},'
    '{"name":"age","type":"int"},{"name":"ssn","type":"string"},{"name":"user","type":"io.confluent.kafka.example.User"},'
    '{"name":"address","type":"io.confluent.kafka.example.Address"}]}'
)
REFERENCES = (
    SubjectReference("io.confluent.kafka.example.User", "User", VersionNumber(1)),
    SubjectReference("io.confluent.kafka.example.Address", "Address", VersionNumber(2)),
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
    references: tuple[SubjectReference, ...], metadata: Metadata | None, rules: RuleSet | None, expected: str
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
