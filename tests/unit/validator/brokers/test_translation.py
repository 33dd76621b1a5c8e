"""Keys and attributes on brokers that have only text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.validator.brokers import translation
from sluicegate.validator.brokers.translation import TextLimits
from sluicegate.validator.model import Headers

LIMITS = TextLimits("Broker", count=10, name=20, value=30, total=100, key=64)
DATA_URL = "data:application/octet-stream;base64,"


@given(st.binary())
def test_bytes_come_back_from_their_text(value: bytes) -> None:
    assert translation.as_bytes(translation.as_text(value)) == value


@given(st.text().map(lambda text: DATA_URL + text) | st.text())
def test_text_comes_back_from_its_bytes(text: str) -> None:
    """A value of another program is verbatim, also if it looks like an encoded one."""
    assert translation.as_text(translation.as_bytes(text)) == text


def test_text_stays_as_it_is() -> None:
    assert translation.as_text("Łódź".encode()) == "Łódź"


def test_bytes_that_are_no_text_say_so() -> None:
    assert translation.as_text(b"\x00\xff") == DATA_URL + "AP8="


@given(st.binary(max_size=200) | st.binary(min_size=65, max_size=200), st.sampled_from([30, 41, 1024]))
def test_keys_come_back(key: bytes, value_limit: int) -> None:
    limits = replace(LIMITS, value=value_limit)
    attributes = translation.attributes_of([("a", b"1")], key, limits)
    text = translation.key_text(key, LIMITS.key)

    assert text
    assert len(text.encode()) <= max(LIMITS.key, 71)
    assert translation.key_and_headers(text, attributes, LIMITS.key) == (key, [("a", b"1")])


def test_no_key_is_no_key() -> None:
    assert translation.key_and_headers("", {}, LIMITS.key) == (None, [])


def test_an_attribute_that_only_looks_like_a_key_stays() -> None:
    attributes, headers = {translation.KEY: "x"}, [(translation.KEY, b"x")]

    assert translation.key_and_headers("sha256:1", attributes, LIMITS.key) == (b"sha256:1", headers)
    assert translation.key_and_headers("k", attributes, LIMITS.key) == (b"k", headers)


def test_of_headers_with_one_name_the_last_counts() -> None:
    assert translation.attributes_of([("a", b"1"), ("b", None), ("a", b"2")], None, LIMITS) == {"a": "2", "b": ""}


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


PUBSUB = TextLimits("Pub/Sub", count=100, name=256, value=1024, total=10_000_000, key=1024, reserved="goog")
NAMES = st.sampled_from(
    ["", "goog", "google-trace", "x-", "x-x-", "x-google-trace", "x-x-google-trace", "x-goog"]
    + [f"{ours}{end}" for ours in (translation.KEY, translation.RENAMED) for end in ("", "2", "3", "x")]
    + [f"x-{translation.KEY}", f"x-{translation.RENAMED}", "schemaId", "a"]
)


@given(
    st.dictionaries(NAMES, st.binary(max_size=40) | st.text(max_size=40).map(str.encode), max_size=12),
    st.none() | st.binary(max_size=5_000) | st.text(max_size=5_000).map(str.encode),
)
def test_message_comes_back_as_it_was(own: dict[str, bytes], key: bytes | None) -> None:
    """From Kafka to a broker with limits and reserved names, and back."""
    headers: Headers = list(own.items())

    attributes = translation.attributes_of(headers, key, PUBSUB)
    text = "" if key is None else translation.key_text(key, PUBSUB.key)
    back = translation.key_and_headers(text, attributes, PUBSUB.key)

    assert translation.excess(attributes, PUBSUB) is None
    assert not any(not name or name.startswith("goog") for name in attributes)
    assert back[0] == key
    assert dict(back[1]) == own
    assert [name for name, _ in back[1]] == [name for name, _ in headers]


@given(
    st.dictionaries(NAMES.filter(lambda name: name and not name.startswith("goog")), st.text(max_size=40), max_size=12)
)
def test_attributes_of_other_programs_come_back(attributes: dict[str, str]) -> None:
    """From a broker with reserved names through the worker to one of its kind."""
    own = {name: text for name, text in attributes.items() if not name.startswith(translation.RENAMED)}

    assert translation.attributes_of(translation.headers_of(own), None, PUBSUB) == own


def test_names_that_collide_stay_apart() -> None:
    headers: Headers = [("google-trace", b"1"), ("x-google-trace", b"2"), ("x-x-google-trace", b"3")]

    attributes = translation.attributes_of(headers, None, PUBSUB)

    assert attributes == {
        "x-x-x-google-trace": "1",
        "x-google-trace": "2",
        "x-x-google-trace": "3",
        translation.RENAMED: '["x-x-x-google-trace"]',
    }
    assert translation.headers_of(attributes) == headers


@pytest.mark.parametrize("listed", ["", "no JSON", "{}", "[1]", '["x-missing"]'])
def test_a_list_of_renamed_attributes_of_another_program_stays(listed: str) -> None:
    headers = translation.headers_of({translation.RENAMED: listed, "x-a": "1"})

    assert headers == [(translation.RENAMED, listed.encode()), ("x-a", b"1")]


def test_a_long_key_is_spread_and_kept_before_other_attributes() -> None:
    key = "ż".encode() * 1_000
    headers: Headers = [(f"{number:03}", b"v") for number in range(150)]
    named: Headers = [("deadLetterErrorCode", b"x"), ("schemaId", b"1"), ("versionId", b"2"), ("format", b"json")]

    kept = translation.fitted(translation.attributes_of([*headers, *named], key, PUBSUB), PUBSUB)

    assert list(kept)[:6] == ["deadLetterErrorCode", "schemaId", "versionId", "format", "messageKey", "messageKey2"]
    text = translation.key_text(key, PUBSUB.key)
    assert translation.key_and_headers(text, kept, PUBSUB.key)[0] == key


def test_attributes_with_the_names_of_a_long_key_come_back() -> None:
    key = b"k" * 3_000
    headers: Headers = [("messageKey", b"a"), ("messageKey2", b"b"), ("google-trace", b"c")]

    attributes = translation.attributes_of(headers, key, PUBSUB)

    text = translation.key_text(key, PUBSUB.key)
    assert translation.key_and_headers(text, attributes, PUBSUB.key) == (key, headers)


@pytest.mark.parametrize(
    "attributes",
    [
        {translation.RENAMED: '["x-foo"]', "x-foo": "1", "foo": "2"},
        {translation.RENAMED: '["x-foo", "x-x-foo"]', "x-foo": "1", "x-x-foo": "2"},
        {translation.RENAMED: f'["{translation.RENAMED}"]'},
    ],
)
def test_a_list_of_another_program_costs_no_attribute(attributes: dict[str, str]) -> None:
    assert translation.headers_of(attributes) == [(name, text.encode()) for name, text in attributes.items()]


def test_a_key_without_a_field_costs_no_attribute() -> None:
    headers: Headers = [("messageKey", b"own"), ("google-trace", b"c")]

    attributes = translation.attributes_of(headers, b"key", PUBSUB, key_field=False)

    assert dict(translation.headers_of(attributes)) == {
        "x-messageKey": b"own",
        "google-trace": b"c",
        "messageKey": b"key",
    }
