"""Messages of the client as a library: none names an option of the command line."""

import httpx
import pytest

from sluicegate.shared.client import RegistryClient
from sluicegate.shared.client.errors import ClientError
from sluicegate.shared.model import SchemaId
from tests.fakes.clock import FakeClock
from tests.fakes.scripted_transport import ScriptedTransport


@pytest.mark.parametrize(
    "step",
    [
        httpx.ConnectError("Connection refused"),
        httpx.Response(200, html="<p>hello</p>"),
        httpx.Response(302, headers={"Location": "https://r/"}),
        httpx.Response(401, html="<p>no</p>"),
        httpx.Response(403, json={"message": "No role."}),
        httpx.Response(500, html="<p>sorry</p>"),
    ],
)
def test_client_errors_name_no_option(step: httpx.Response | Exception) -> None:
    with (
        RegistryClient(httpx.URL("http://r:1"), None, FakeClock(), ScriptedTransport(step)) as client,
        pytest.raises(ClientError) as raised,
    ):
        client.schema(SchemaId(1))
    assert "http://r:1" in raised.value.message
    assert "--" not in raised.value.message
    assert "SLUICEGATE_" not in raised.value.message
