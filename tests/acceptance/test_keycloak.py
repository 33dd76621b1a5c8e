"""Tokens of a real Keycloak: roles of the realm, roles of a client, groups, other audiences, a new key."""

from typing import Any

import pytest

from sluicegate.registry_api.access_settings import Auth
from tests.fakes.registry_service import Service, settings
from tests.fixtures.keycloak import SECRET, Realm, realm

__all__ = ["realm"]

pytestmark = pytest.mark.timeout(600)

ORDERS, OTHERS = "/subjects/orders-1/versions", "/subjects/billing-1/versions"
TEXT = {"schema": "x:int"}


def registry(realm: Realm, claim: str, value: str, **grant: Any) -> Service:
    """A registry where one value of a claim has one grant."""
    issuer = {"issuer": realm.address, "audiences": ["sluicegate"], "claim": claim, "grants": {value: [grant]}}
    return Service(settings=settings(auth=Auth.model_validate({"mode": "keys", "oidc": [issuer]})))


def status(service: Service, token: str, method: str, path: str, body: Any = None) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return service.client.open(path, method=method, headers=headers, json=body).status_code


def by_password(realm: Realm) -> str:
    return realm.token("orders", grant_type="password", username="alice", password=SECRET)


def test_role_of_the_realm_has_its_grant(realm: Realm) -> None:
    service = registry(realm, "realm_access.roles", "orders-team", role="manager", prefix="orders-")
    token = realm.token("orders")
    assert status(service, token, "POST", ORDERS, TEXT) == 200
    assert status(service, token, "GET", f"{ORDERS}/1") == 200
    assert status(service, token, "POST", OTHERS, TEXT) == 403
    assert status(service, by_password(realm), "GET", f"{ORDERS}/1") == 404  # she has no such role


def test_role_of_a_client_has_its_grant(realm: Realm) -> None:
    service = registry(realm, "resource_access.sluicegate.roles", "schema-reader", role="reader")
    token = realm.token("orders")
    assert status(service, token, "GET", "/admin/keys") == 403
    assert status(service, token, "GET", "/config") == 200
    assert status(service, token, "POST", ORDERS, TEXT) == 403


def test_group_of_a_person_has_its_grant(realm: Realm) -> None:
    service = registry(realm, "groups", "/team-a/leads", role="manager", prefix="orders-")
    assert status(service, by_password(realm), "POST", ORDERS, TEXT) == 200
    assert status(service, realm.token("orders"), "GET", f"{ORDERS}/1") == 404  # a program in no group


def test_token_for_another_audience_is_refused(realm: Realm) -> None:
    service = registry(realm, "realm_access.roles", "orders-team", role="manager")
    assert status(service, realm.token("stranger"), "GET", "/subjects") == 401


def test_tokens_of_the_former_and_of_the_new_key_are_accepted(realm: Realm) -> None:
    before = realm.token("orders")
    realm.new_key()
    after = realm.token("orders")
    service = registry(realm, "realm_access.roles", "orders-team", role="manager")
    assert before.partition(".")[0] != after.partition(".")[0]  # another `kid` in the header
    for token in (after, before):
        assert status(service, token, "GET", "/subjects") == 200
