"""The text of an API key."""

import hashlib

import pytest

from sluicegate.shared.key_text import HMAC_SHA256, SHA256, Hashing, KeyText, new_key, parsed


def test_new_key_is_read_back() -> None:
    key = new_key()
    assert parsed(str(key)) == key
    assert str(key).startswith(f"sg_{key.id}_")


def test_keys_differ_in_id_and_secret() -> None:
    keys = [new_key() for _ in range(100)]
    assert len({key.id for key in keys}) == len({key.secret for key in keys}) == 100


def test_script_can_make_a_key() -> None:
    head = f"sg_{'a' * 12}_{'b' * 43}"
    checksum = hashlib.sha256(head.encode()).hexdigest()[:8]
    assert parsed(f"{head}_{checksum}") == KeyText("a" * 12, "b" * 43)


def test_each_mistyped_character_is_noticed() -> None:
    text = str(new_key())
    for place in range(len(text)):
        other = "x" if text[place] != "x" else "y"
        assert parsed(text[:place] + other + text[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "sg_", "secret", "sg_a_b_c", "\N{KELVIN SIGN}"])
def test_other_texts_are_no_keys(text: str) -> None:
    assert parsed(text) is None


def test_key_with_a_line_end_is_no_key() -> None:
    assert parsed(f"{new_key()}\n") is None


def test_representation_hides_the_secret() -> None:
    key = new_key()
    assert key.secret not in repr(key)
    assert "pepper" not in repr(Hashing(b"pepper"))


def test_digest_matches_its_own_secret_only() -> None:
    for hashing in (Hashing(), Hashing(b"pepper")):
        digest = hashing.digest("secret")
        assert hashing.matches("secret", hashing.kind, digest)
        assert not hashing.matches("secres", hashing.kind, digest)


def test_keys_from_before_the_pepper_stay_valid() -> None:
    assert Hashing(b"pepper").matches("secret", SHA256, Hashing().digest("secret"))


def test_peppered_digest_needs_its_pepper() -> None:
    digest = Hashing(b"pepper").digest("secret")
    assert not Hashing().matches("secret", HMAC_SHA256, digest)
    assert not Hashing(b"other").matches("secret", HMAC_SHA256, digest)
