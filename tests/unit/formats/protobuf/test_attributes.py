"""Paths of fields, as they are searched for."""

from tests.unit.formats.protobuf.builders import ENGINE, parsed


def attributes(text: str) -> tuple[str, ...]:
    return ENGINE.attributes(parsed(text))


def test_one_message_is_not_named() -> None:
    assert attributes("message A { message B { int32 c = 1; } B b = 1; int32 d = 2; }") == ("b", "b/c", "d")


def test_several_messages_are_named() -> None:
    found = attributes("message Order { Customer customer = 1; } message Customer { string city = 1; }")
    assert found == ("Customer", "Customer/city", "Order", "Order/customer", "Order/customer/city")


def test_lists_maps_and_oneofs_are_opened() -> None:
    found = attributes(
        "message A { message B { int32 n = 1; } repeated B r = 1; map<string, B> m = 2; oneof o { B x = 3; } map<string, int32> p = 4; }"
    )
    assert found == ("m", "m/n", "p", "r", "r/n", "x", "x/n")


def test_googles_types_are_leaves() -> None:
    found = attributes('import "google/protobuf/timestamp.proto"; message A { google.protobuf.Timestamp at = 1; }')
    assert found == ("at",)


def test_a_message_is_not_opened_inside_itself() -> None:
    assert attributes("message A { A a = 1; B b = 2; message B { A up = 1; int32 c = 2; } }") == (
        "a",
        "b",
        "b/c",
        "b/up",
    )


def test_paths_have_ten_names_at_most() -> None:
    text = "".join(f"message A{index} {{ A{index + 1} f = 1; }}" for index in range(20)) + "message A20 {}"
    longest = max(attributes(text), key=len)
    assert longest.count("/") == 9
    nested = (
        "message A { B f = 1; "
        + "".join(f"message {chr(66 + i)} {{ {chr(67 + i)} f = 1; }}" for i in range(15))
        + "message Q {} }"
    )
    assert max(attributes(nested), key=len) == "/".join("f" * 10)


def test_enums_alone_have_none() -> None:
    assert attributes("enum E { A = 0; }") == ()
