"""The identification of callers by keys."""

import ipaddress
from collections.abc import Mapping
from datetime import timedelta

import pytest

from sluicegate.registry_api.callers.attempts import Attempts
from sluicegate.registry_api.callers.bootstrap import MANAGER, Bootstrap, BootstrapFailed, first_key
from sluicegate.registry_api.callers.callers import Callers, Ways
from sluicegate.registry_api.callers.memory import KEY_SECONDS, Memory
from sluicegate.registry_api.callers.sources import Proxies
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.identity import Header
from sluicegate.registry_api.core.access.principals import CredentialKind, Principal
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import Unauthenticated
from sluicegate.registry_api.store.memory_access import MemoryAccess
from sluicegate.shared.key_text import Hashing, KeyText, new_key
from tests.fakes.clock import FakeClock
from tests.fakes.keys import PLAIN, TESTER, basic, kept

READER = Grant(Role.READER, CLUSTER)
SOURCE = "192.0.2.1"


class Bench:
    """Callers over a store in memory."""

    def __init__(self, per_minute: int = 30, proxy_header: str | None = None, hashing: Hashing = PLAIN) -> None:
        self.clock = FakeClock()
        self.memory = Memory(self.clock)
        self.store = MemoryAccess(self.clock, self.memory.forget)
        proxies = Proxies([ipaddress.ip_network("10.0.0.0/8")])
        ways = Ways(hashing, proxies, proxy_header)
        self.logins: list[str] = []
        self.callers = Callers(
            self.store,
            ways,
            Attempts(per_minute),
            self.memory,
            self.clock,
            on_login=lambda principal, _: self.logins.append(principal.name),
        )
        self.memory.on_live()

    def identify(self, sent: Mapping[str, str], source: str = SOURCE) -> Principal:
        return self.callers.identify(header(sent), source)

    def recall(self, sent: Mapping[str, str], source: str = SOURCE) -> Principal | None:
        return self.callers.recall(header(sent), source)


def header(sent: Mapping[str, str]) -> Header:
    return sent.get


@pytest.fixture
def bench() -> Bench:
    return Bench()


def ways_to_send(key: KeyText) -> list[dict[str, str]]:
    return [
        {"authorization": basic(key)},
        {"authorization": f"Bearer {key}"},
        {"authorization": f"bearer  {key}"},
        {"x-api-key": str(key)},
    ]


def test_key_is_known_in_each_way(bench: Bench) -> None:
    key = kept(bench.store, READER)
    for sent in ways_to_send(key):
        principal = bench.identify(sent)
        assert (principal.name, principal.kind, principal.key_id) == (f"key:{key.id}", CredentialKind.KEY, key.id)
        assert principal.grants.allows(Role.READER, CLUSTER)
        assert not principal.grants.allows(Role.WRITER, CLUSTER)


def test_known_key_costs_one_query(bench: Bench) -> None:
    sent = {"x-api-key": str(kept(bench.store))}
    assert bench.recall(sent) is None
    for _ in range(100):
        bench.identify(sent)
    assert bench.recall(sent) is not None
    assert bench.store.queries == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"authorization": "Digest x"},
        {"authorization": ""},
        {"authorization": "Basic %%%"},
        {"authorization": basic(str(new_key()), user="admin")},
        {"authorization": basic("")},
        {"authorization": "Bearer"},
        {"authorization": "Bearer nonsense"},
        {"authorization": f"Bearer {new_key()}"},
        {"authorization": "Basic " + "A" * 100_000},
        {"x-api-key": ""},
        {"x-api-key": str(new_key())},
        {"x-forwarded-user": "admin"},
    ],
)
def test_other_credentials_are_refused(bench: Bench, sent: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        bench.identify(sent)
    assert bench.recall(sent) is None


def test_wrong_secret_of_a_known_id_is_refused(bench: Bench) -> None:
    key = kept(bench.store)
    with pytest.raises(Unauthenticated, match="not known"):
        bench.identify({"x-api-key": str(KeyText(key.id, new_key().secret))})


@pytest.mark.slow
def test_hundred_thousand_mistyped_keys_cost_no_query(bench: Bench) -> None:
    text = str(new_key())[:-8]
    for number in range(100_000):
        with pytest.raises(Unauthenticated):
            bench.identify({"x-api-key": f"{text}{number:08d}"})
    assert bench.store.queries == 0


def test_wrong_keys_of_a_source_soon_cost_no_query(bench: Bench) -> None:
    right = {"x-api-key": str(kept(bench.store))}
    bench.identify(right)
    for _ in range(1000):
        with pytest.raises(Unauthenticated):
            bench.identify({"x-api-key": str(new_key())})
    assert bench.store.queries <= 31
    assert bench.identify(right), "a known key of the same source is still taken"
    other = {"x-api-key": str(kept(bench.store))}
    assert bench.identify(other, "198.51.100.1"), "other sources are not slowed"


def test_same_wrong_key_costs_one_query(bench: Bench) -> None:
    sent = {"x-api-key": str(new_key())}
    for _ in range(10):
        with pytest.raises(Unauthenticated):
            bench.identify(sent)
    assert bench.store.queries == 1


def test_forwarded_addresses_of_clients_do_not_spread_attempts() -> None:
    bench = Bench(per_minute=3)
    for number in range(50):
        with pytest.raises(Unauthenticated):
            bench.identify({"x-api-key": str(new_key()), "x-forwarded-for": f"203.0.113.{number}"})
    assert bench.store.queries == 3


def test_expired_key_is_refused_at_its_moment(bench: Bench) -> None:
    end = bench.clock.now() + timedelta(seconds=30)
    sent = {"x-api-key": str(kept(bench.store, expires_at=end))}
    assert bench.identify(sent)
    bench.clock.advance(29)
    assert bench.recall(sent)
    bench.clock.advance(1)
    assert bench.recall(sent) is None
    with pytest.raises(Unauthenticated):
        bench.identify(sent)


def test_revoked_key_is_refused_at_once(bench: Bench) -> None:
    key = kept(bench.store)
    bench.identify({"x-api-key": str(key)})
    bench.store.revoke_key(key.id, TESTER)
    with pytest.raises(Unauthenticated):
        bench.identify({"x-api-key": str(key)})


def test_changed_grants_hold_at_once(bench: Bench) -> None:
    key = kept(bench.store)
    sent = {"x-api-key": str(key)}
    assert not bench.identify(sent).grants.allows(Role.READER, CLUSTER)
    bench.store.add_grant(f"key:{key.id}", READER, TESTER)
    assert bench.identify(sent).grants.allows(Role.READER, CLUSTER)


def test_without_a_channel_nothing_is_remembered(bench: Bench) -> None:
    sent = {"x-api-key": str(kept(bench.store))}
    bench.memory.on_gap()
    bench.identify(sent)
    bench.identify(sent)
    assert bench.store.queries == 2
    assert bench.recall(sent) is None


def test_change_during_a_look_up_discards_its_result(bench: Bench) -> None:
    key = kept(bench.store)
    generation = bench.memory.generation
    bench.memory.forget()
    bench.memory.keep(b"digest", bench.identify({"x-api-key": str(key)}), generation, KEY_SECONDS)
    assert bench.memory.get(b"digest") is None


def test_use_is_written_once_an_hour_without_the_request(bench: Bench) -> None:
    key = kept(bench.store)
    bench.identify({"x-api-key": str(key)})
    (found,) = bench.store.keys()
    assert found.last_used_at is None
    bench.callers.usage.flush()
    (found,) = bench.store.keys()
    assert found.last_used_at == bench.clock.now().replace(minute=0, second=0, microsecond=0)


def test_login_is_told_once_for_each_look_up(bench: Bench) -> None:
    key = kept(bench.store)
    for _ in range(5):
        bench.identify({"x-api-key": str(key)})
    assert bench.logins == [f"key:{key.id}"]


def test_proxy_names_callers() -> None:
    bench = Bench(proxy_header="x-forwarded-user")
    bench.store.add_grant("proxy:bob", READER, TESTER)
    principal = bench.identify({"x-forwarded-user": "bob"}, "10.1.2.3")
    assert (principal.name, principal.kind) == ("proxy:bob", CredentialKind.PROXY)
    assert principal.grants.allows(Role.READER, CLUSTER)
    assert bench.recall({"x-forwarded-user": "bob"}, "10.1.2.3") == principal


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        (SOURCE, {"x-forwarded-user": "bob"}),
        (SOURCE, {"x-forwarded-user": "bob", "x-forwarded-for": "10.0.0.1"}),
        ("10.0.0.1", {"x-forwarded-user": ""}),
        ("10.0.0.1", {"x-forwarded-user": "a\x7fb"}),
        ("10.0.0.1", {"x-forwarded-user": "bob", "authorization": "Bearer nonsense"}),
        ("10.0.0.1", {"x-role": "manager", "x-forwarded-groups": "admin"}),
    ],
)
def test_headers_of_others_name_no_caller(source: str, sent: dict[str, str]) -> None:
    bench = Bench(proxy_header="x-forwarded-user")
    bench.store.add_grant("proxy:bob", READER, TESTER)
    with pytest.raises(Unauthenticated):
        bench.identify(sent, source)
    assert bench.recall(sent, source) is None


def test_first_key_is_kept_once_with_its_grants(bench: Bench) -> None:
    key = new_key()
    for _ in range(2):
        Bootstrap(bench.store, Hashing(), [first_key("file", f"{key}\n", MANAGER)]).ensure()
    assert bench.identify({"x-api-key": str(key)}).grants.allows(Role.MANAGER, CLUSTER)
    bench.store.revoke_key(key.id, TESTER)
    Bootstrap(bench.store, Hashing(), [first_key("file", f"{key}\n", MANAGER)]).ensure()
    with pytest.raises(Unauthenticated):
        bench.identify({"x-api-key": str(key)})


def test_file_without_a_key_is_refused_without_its_text() -> None:
    with pytest.raises(BootstrapFailed, match="sluicegate keys generate") as refused:
        first_key("auth.bootstrap_key_file", "hunter2", MANAGER)
    assert "hunter2" not in refused.value.message
