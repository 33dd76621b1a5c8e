"""Roles, resources and grants: the decision, and the filter that follows from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.registry_api.core.access.grants import ALL_GRANTED, NOTHING_GRANTED, Grant, Grants
from sluicegate.registry_api.core.access.resources import CLUSTER, GrantedResource, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.names import SubjectName

ORDERS = SubjectName(".", "orders")
LADDER = [Role.READER, Role.WRITER, Role.MANAGER]


@pytest.mark.parametrize("on", [CLUSTER, ORDERS, Prefix("ord"), Prefix("")])
@pytest.mark.parametrize("held", LADDER)
@pytest.mark.parametrize("needed", LADDER)
def test_a_higher_role_implies_the_lower_ones(on: GrantedResource, held: Role, needed: Role) -> None:
    allowed = LADDER.index(needed) <= LADDER.index(held)
    assert Grants([Grant(held, on)]).allows(needed, ORDERS) is allowed


@pytest.mark.parametrize("held", LADDER)
def test_reporter_is_apart_from_the_other_roles(held: Role) -> None:
    assert not Grants([Grant(held, CLUSTER)]).allows(Role.REPORTER, ORDERS)
    assert not Grants([Grant(Role.REPORTER, CLUSTER)]).allows(held, ORDERS)


@pytest.mark.parametrize(
    "other", [SubjectName(".", "orders-eu"), SubjectName(".", "order"), SubjectName(".b", "orders")]
)
def test_an_exact_name_covers_no_other_subject(other: SubjectName) -> None:
    assert not Grants([Grant(Role.MANAGER, ORDERS)]).allows(Role.READER, other)


def test_a_prefix_holds_in_its_context_only() -> None:
    grants = Grants([Grant(Role.READER, Prefix("ord", ".b"))])
    assert grants.allows(Role.READER, SubjectName(".b", "orders"))
    assert not grants.allows(Role.READER, ORDERS)


def test_a_role_on_subjects_is_none_on_the_cluster() -> None:
    assert not Grants([Grant(Role.MANAGER, Prefix(""))]).allows(Role.READER, CLUSTER)


def test_all_granted_and_nothing_granted_are_the_extremes() -> None:
    assert all(ALL_GRANTED.allows(role, on) for role in Role for on in (CLUSTER, ORDERS))
    assert not any(NOTHING_GRANTED.allows(role, on) for role in Role for on in (CLUSTER, ORDERS))


names = st.text("ab-", max_size=4)
contexts = st.sampled_from([".", ".b"])
subjects = st.builds(SubjectName, contexts, names)
resources = st.one_of(st.just(CLUSTER), subjects, st.builds(Prefix, names, contexts))


@given(st.lists(st.builds(Grant, st.sampled_from(Role), resources), max_size=6), subjects)
def test_the_filter_of_stores_is_the_decision(held: list[Grant], subject: SubjectName) -> None:
    grants = Grants(held)
    assert grants.readable().has(subject) is grants.allows(Role.READER, subject)
