"""Metadata and rule sets: merging, and invalid ones."""

import pytest

from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleMode, RuleSet, merged_metadata, merged_rules

A = Rule("a", type="CEL", mode=RuleMode.WRITE)
OTHER_A = Rule("a", type="JSONATA", mode=RuleMode.WRITE)
B = Rule("b", type="CEL", mode=RuleMode.READ)


def test_of_two_the_newer_counts() -> None:
    older = Metadata({"x": frozenset({"PII"})}, {"owner": "all", "zone": "eu"}, frozenset({"owner"}))
    newer = Metadata({"x": frozenset({"PCI"})}, {"owner": "team"}, frozenset({"zone"}))
    merged = Metadata({"x": frozenset({"PCI"})}, {"owner": "team", "zone": "eu"}, frozenset({"owner", "zone"}))
    assert merged_metadata(older, newer) == merged
    assert merged_metadata(None, newer) == newer
    assert merged_metadata(older, None) == older
    assert merged_metadata(None, None) is None


def test_of_two_rules_with_one_name_the_newer_counts() -> None:
    assert merged_rules(RuleSet(domain_rules=(A, B)), RuleSet(domain_rules=(OTHER_A,))) == RuleSet(
        domain_rules=(B, OTHER_A)
    )
    assert merged_rules(None, RuleSet()) == RuleSet()


def test_rules_can_be_left_out_by_name() -> None:
    assert RuleSet(domain_rules=(A, B)).without(frozenset({"a"})) == RuleSet(domain_rules=(B,))


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        (RuleSet(domain_rules=(A, OTHER_A)), "Found rule with duplicate name 'a'"),
        (RuleSet(domain_rules=(Rule(None, type="CEL"),)), "Missing rule name"),
        (RuleSet(domain_rules=(Rule("", type="CEL"),)), "Empty rule name"),
        (RuleSet(domain_rules=(Rule("1a", type="CEL"),)), "Illegal initial character in rule name: 1a"),
        (RuleSet(domain_rules=(Rule("a b", type="CEL"),)), "Illegal character in rule name: a b"),
        (RuleSet(domain_rules=(Rule("a"),)), "Missing rule type"),
        (RuleSet(migration_rules=(A,)), "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN"),
        (
            RuleSet(domain_rules=(Rule("a", type="CEL", mode=RuleMode.UPDOWN),)),
            "Domain rules can only be WRITE, READ, WRITEREAD",
        ),
        (
            RuleSet(encoding_rules=(Rule("a", type="ENCRYPT", mode=RuleMode.UPGRADE),)),
            "Encoding rules can only be WRITE, READ, WRITEREAD",
        ),
    ],
)
def test_rule_sets_that_cannot_be_kept(rules: RuleSet, fault: str) -> None:
    assert rules.faults() == (fault,)


def test_a_rule_set_that_can() -> None:
    assert RuleSet((Rule("up", type="JSONATA", mode=RuleMode.UPGRADE),), (A, B)).faults() == ()
