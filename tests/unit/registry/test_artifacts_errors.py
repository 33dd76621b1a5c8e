"""Every error of the core has a status in the API of artifacts, and no input makes a 500."""

import importlib
import pkgutil
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

import sluicegate.registry_api.core
from sluicegate.registry_api.core.access import administration
from sluicegate.registry_api.facades.artifacts.errors import TABLE
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.formats.catalog import engine
from tests.fakes.registry_service import Service

SEGMENTS = st.sampled_from(
    [
        "a",
        "b",
        "1",
        "0",
        "-1",
        "99999999999",
        "meta",
        "versions",
        "rules",
        "COMPATIBILITY",
        "state",
        "test",
        "%00",
        "%2F",
        "é",
        ":.c:x",
        ":",
    ]
)
PATHS = st.builds(
    lambda base, root, parts: "/".join([f"{base}/{root}", *parts]),
    st.sampled_from(["", "/api"]),
    st.sampled_from(["artifacts", "ids", "rules", "search"]),
    st.lists(SEGMENTS, max_size=4),
)
TEXTS = (
    b'{"type":"record","name":"C","fields":[]}',
    b'{"type":"COMPATIBILITY","config":"NONE"}',
    b'{"state":"DEPRECATED"}',
    b'"string"',
    b"\0",
)
BODIES = st.one_of(st.binary(max_size=60), st.sampled_from(TEXTS))
TYPES = st.sampled_from(["", "AVRO", "JSON", "PROTOBUF", "PROTOBUF_FD", "XSD", "CSV", "TABLE", "NONE", "\xe9"])

service = Service(engine=engine)
service.client.post("/artifacts", data=TEXTS[0], headers={"X-Registry-ArtifactId": "a"})


def below(error: type[SluicegateError]) -> Iterator[type[SluicegateError]]:
    for each in error.__subclasses__():
        yield each
        yield from below(each)


def test_every_error_class_of_the_core_is_in_the_table() -> None:
    for module in pkgutil.walk_packages(sluicegate.registry_api.core.__path__, "sluicegate.registry_api.core."):
        importlib.import_module(module.name)
    ours = {each for each in below(SluicegateError) if each.__module__.startswith("sluicegate.registry_api.core")}
    of_admin = {administration.NotFound}  # raised by the facade of /admin alone
    assert sorted(each.__name__ for each in ours - of_admin if each not in TABLE) == []


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    PATHS,
    BODIES,
    TYPES,
    st.sampled_from(["", "a", "b", "\xff", ":.c:"]),
)
def test_no_input_makes_a_server_error(method: str, path: str, body: bytes, kind: str, name: str) -> None:
    headers = {"X-Registry-ArtifactType": kind, "X-Registry-ArtifactId": name}
    answer = service.client.open(path, method=method, data=body, headers=headers)
    assert answer.status_code < 500, answer.data
    if answer.status_code >= 400:
        assert answer.json["error_code"] == answer.status_code
        assert answer.json["message"]
