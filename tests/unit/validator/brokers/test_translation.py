"""Keys and attributes on brokers that have only text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.brokers import translation
from validator.brokers.translation import TextLimits
from validator.model import Headers

LIMITS = TextLimits("Broker", count=10, name=20, value=30, total=100, key=64)
DATA_URL = "data:application/octet-stream;base64,"


@given(st.binary())
def test_bytes_come_back_from_their_text(value: bytes) -> None:
    assert translation.as_bytes(translation.as_text(value)) == value


@given(st.text().map(lambda text: DATA_URL + text) | st.text())
def test_text_comes_back_from_its_bytes(text: str) -> None:
    """What another program wrote is what it is, also where it looks like what we write."""
    assert translation.as_text(translation.as_bytes(text)) == text


def test_text_stays_as_it_is() -> None:
    assert translation.as_text("Łódź".encode()) == "Łódź"


def test_bytes_that_are_no_text_say_so() -> None:
    assert translation.as_text(b"\x00\xff") == DATA_URL + "AP8="


@given(st.binary(max_size=200))
def test_keys_come_back(key: bytes) -> None:
    attributes = translation.attributes_of([("a", b"1")], key, LIMITS.key)
    text = translation.key_text(key, LIMITS.key)

    headers = translation.headers_of(attributes)
    assert text
    assert len(text.encode()) <= max(LIMITS.key, 71)
    assert translation.key_bytes(text, headers, LIMITS.key) == (key, [("a", b"1")])


def test_no_key_is_no_key() -> None:
    assert translation.key_bytes("", [], LIMITS.key) == (None, [])


def test_an_attribute_that_only_looks_like_a_key_stays() -> None:
    headers: Headers = [(translation.KEY, b"x")]

    assert translation.key_bytes("sha256:1", headers, LIMITS.key) == (b"sha256:1", headers)
    assert translation.key_bytes("k", headers, LIMITS.key) == (b"k", headers)


def test_of_headers_with_one_name_the_last_counts() -> None:
    assert translation.attributes_of([("a", b"1"), ("b", None), ("a", b"2")], None, 64) == {"a": "2", "b": ""}


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({str(number): "" for number in range(11)}, "11 attributes"),
        ({"n" * 21: ""}, "21 bytes"),
        ({"a": "ż" * 16}, "32 bytes"),
        ({str(number): "." * 30 for number in range(4)}, "124 bytes"),
    ],
)
def test_what_does_not_fit_is_said(attributes: dict[str, str], said: str) -> None:
    assert said in (translation.excess(attributes, LIMITS) or "")
    assert translation.excess(translation.fitted(attributes, LIMITS), LIMITS) is None


def test_what_fits_stays() -> None:
    attributes = {str(number): "12345678" for number in range(10)}

    assert translation.excess(attributes, LIMITS) is None
    assert translation.fitted(attributes, LIMITS) == attributes


def test_values_are_cut_between_characters() -> None:
    assert translation.fitted({"a": "a" + "ż" * 20}, LIMITS) == {"a": "a" + "ż" * 14}


def test_the_reason_stays_when_not_everything_can() -> None:
    attributes = {str(number): "" for number in range(10)} | {"deadLetterErrorCode": "x"}

    assert list(translation.fitted(attributes, LIMITS)) == ["deadLetterErrorCode", *map(str, range(9))]
