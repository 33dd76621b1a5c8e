"""Addresses and texts without credentials."""

import pytest
from pydantic import BaseModel

from sluicegate.shared.addresses import HIDDEN, Address, without_credentials, without_queries


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://user:s3cret@host:80/path", "http://host:80/path"),
        ("http://s3cret@host", "http://host"),
        ("https://host/v1?api-key=s3cret#s3cret", "https://host/v1"),
        ("postgresql://u:s3:cr3t@db:5432/x?password=s3cret", "postgresql://db:5432/x"),
        ("two: http://a:s3cret@b/c, amqps://d:s3cret@e.", "two: http://b/c, amqps://e."),
        ('HTTP Request: GET http://u:s3cret@h/s "HTTP/1.1 200 OK"', 'HTTP Request: GET http://h/s "HTTP/1.1 200 OK"'),
        (
            "Endpoint=sb://h/;SharedAccessKeyName=N;SharedAccessKey=s3cret=;X=1",
            f"Endpoint=sb://h/;SharedAccessKeyName=N;SharedAccessKey={HIDDEN};X=1",
        ),
        ("postgresql://u:s3/c@s3cret@db/x", "postgresql://db/x"),
        ("host=db password=s3cret user=me", f"host=db password={HIDDEN} user=me"),
        ("host=db password='s3 cret' user=me", f"host=db password={HIDDEN} user=me"),
        ("SharedAccessSignature=sr=s3cret;a=b", f"SharedAccessSignature={HIDDEN};a=b"),
        ("write to me@example.com about a=b", "write to me@example.com about a=b"),
        ("kafka://topic/0/17", "kafka://topic/0/17"),
        ("", ""),
    ],
)
def test_text_is_shown_without_credentials(text: str, shown: str) -> None:
    assert without_credentials(text) == shown
    assert without_credentials(shown) == shown
    assert "s3cret" not in shown


def test_library_text_is_shown_without_queries_of_relative_addresses() -> None:
    text = "Max retries exceeded with url: /v1/traces?x=s3cret (Caused by: refused?)"

    assert without_queries(text) == "Max retries exceeded with url: /v1/traces (Caused by: refused?)"


def test_address_in_settings_is_printed_without_credentials() -> None:
    class Table(BaseModel):
        url: Address

    table = Table.model_validate({"url": "https://u:s3cret@h/p?k=s3cret"})

    assert table.model_dump(mode="json") == {"url": "https://h/p"}
    assert str(table.url) == "https://u:s3cret@h/p?k=s3cret"
