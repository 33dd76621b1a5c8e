"""Every text or payload soon gives a value or a `SchemaSyntaxError`; the process continues."""

import base64
import resource
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import CompilerUnavailable, SchemaSyntaxError
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.protobuf import protoc
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.formats.protobuf.files import MAX_FILE_CHARACTERS
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode
from sluicegate.shared.formats.protobuf.schema import loaded
from tests.unit.formats.protobuf.builders import ENGINE, PROTO3, parsed
from tests.unit.formats.protobuf.strategies import STEADY

pytestmark = pytest.mark.slow

MEMORY = 512 * 1024 * 1024
OPTION = (
    PROTO3
    + 'import "google/protobuf/descriptor.proto"; message O { O o = 1; } extend google.protobuf.FileOptions { O x = 50000; } '
)


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """Fail, not swap, when something takes more memory than a schema may."""
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, limits)


def survive(of: SchemaSource) -> str | None:
    """Use every method on a schema; return its first violation, or None."""
    try:
        schema = ENGINE.parse(of)
    except SchemaSyntaxError as error:
        return error.violations[0].code
    ENGINE.violations(schema)
    ENGINE.canonical(schema)
    ENGINE.attributes(schema)
    assert ENGINE.compare(schema, schema) == ()
    if schema.top_level:
        validator = ENGINE.compile(schema)
        for payload in (b"", b"\x0a\x00", b"\xff" * 20):
            assert validator.accepts(payload) == (validator.explain(payload) is None)
    return None


def numbers(count: int) -> Iterator[int]:
    """Field numbers, without those that are reserved for the library."""
    return iter([*range(1, min(count, 18_999) + 1), *range(20_000, 20_000 + max(count - 18_999, 0))])


def nested(levels: int) -> str:
    return PROTO3 + "message A {" * levels + "}" * levels


HOSTILE: dict[str, tuple[str | Callable[[], str], ProtobufSchemaCode]] = {
    "braces": (OPTION + "option (x) = " + "{o:" * 20_000 + "}" * 20_000 + ";", ProtobufSchemaCode.NESTED_TOO_DEEPLY),
    "angles": (OPTION + "option (x) = {" + "o<" * 20_000 + ">" * 20_000 + "};", ProtobufSchemaCode.NESTED_TOO_DEEPLY),
    "braces behind half a string": (
        OPTION + 'option (x) = "\n' + "{o:" * 20_000 + "}" * 20_000 + ";",
        ProtobufSchemaCode.NESTED_TOO_DEEPLY,
    ),
    "braces behind half a comment": (
        OPTION + "option (x) = '/*' {" + "{o:" * 20_000 + "}" * 20_000 + ";",
        ProtobufSchemaCode.NESTED_TOO_DEEPLY,
    ),
    "brackets": (OPTION + "option (x) = " + "[" * 20_000, ProtobufSchemaCode.NESTED_TOO_DEEPLY),
    "100,000 nested messages": ("message A{" * 25_000, ProtobufSchemaCode.NESTED_TOO_DEEPLY),
    "nested messages, cut off": (nested(100_000), ProtobufSchemaCode.TOO_LARGE),
    "50 messages deep": (nested(50), ProtobufSchemaCode.SYNTAX),
    "50 MB": (lambda: PROTO3 + "//" + "x" * 50_000_000, ProtobufSchemaCode.TOO_LARGE),
    "50 MB of braces": (lambda: "{" * 50_000_000, ProtobufSchemaCode.TOO_LARGE),
    "18,000 fields": (
        PROTO3 + "message M{" + "".join(f"string f{n}={n};" for n in numbers(18_000)) + "}",
        ProtobufSchemaCode.TOO_LARGE,
    ),
    "more fields than the library takes": (
        PROTO3 + "message M{" + "".join(f"string f{n}={n};" for n in numbers(9000)) + "}",
        ProtobufSchemaCode.TOO_LARGE,
    ),
    "NUL": (PROTO3 + "message A {}\0", ProtobufSchemaCode.SYNTAX),
    "half a character": (PROTO3 + "message A {} // \ud800", ProtobufSchemaCode.SYNTAX),
    "control characters": ("\x01\x02\x03", ProtobufSchemaCode.SYNTAX),
    "a name of 100,000 parts": (PROTO3 + "message M { a" + ".a" * 100_000 + " x = 1; }", ProtobufSchemaCode.SYNTAX),
    "a package of 200,000 letters": (
        PROTO3 + "package " + "a" * 200_000 + "; message M { M m = 1; }",
        ProtobufSchemaCode.SYNTAX,
    ),
    "many errors": (PROTO3 + "message M {" + "Foo a=1;" * 20_000 + "}", ProtobufSchemaCode.SYNTAX),
    "base64 of nothing": ("A" * 200_000, ProtobufSchemaCode.DESCRIPTOR_MALFORMED),
    "base64 of groups": (base64.b64encode(b"\x0b" * 100_000).decode(), ProtobufSchemaCode.DESCRIPTOR_MALFORMED),
    "a file of the machine": (PROTO3 + 'import "/etc/passwd";', ProtobufSchemaCode.IMPORT_UNKNOWN),
    "a device": (PROTO3 + 'import "/dev/zero";', ProtobufSchemaCode.IMPORT_UNKNOWN),
}
LARGE = {
    "as many messages as there is room for": PROTO3 + "".join(f"message A{n}{{int32 a=1;}}" for n in range(9000)),
    "a chain of messages": PROTO3 + "".join(f"message A{n}{{A{n + 1} a=1;A{n + 1} b=2;}}" for n in range(4000)) + "message A4000{}",
    "a circle of messages": PROTO3 + "".join(f"message A{n}{{A{(n + 1) % 4000} a=1;}}" for n in range(4000)),
    "a chain of options": OPTION + "".join(f"message A{n}{{A{n + 1} a=1;}}" for n in range(3000)) + "message A3000{} "
    "extend google.protobuf.FileOptions { A0 y = 50001; } option (y) = { a { a {} } };",
    "everybody knows everybody": PROTO3
    + "".join(f"message A{n}{{" + "".join(f"A{m} f{m}={m + 1};" for m in range(80)) + "}" for n in range(80)),
    "oneofs": PROTO3 + "message M{" + "".join(f"oneof o{n}{{int32 f{n}={n};}}" for n in numbers(4000)) + "}",
    "reserved numbers": PROTO3 + "message M{" + "".join(f"reserved {n};" for n in range(20_000, 32_000)) + "int32 a=1;}",
    "enum values": PROTO3 + "enum E{A=0;" + "".join(f"A{n}={n};" for n in range(1, 15_000)) + "}",
    "names as long as they may be": PROTO3
    + "package " + "a" * 500 + ";message M{" + "".join(f"bool f{n}={n};" for n in numbers(4000)) + "}",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused(name: str) -> None:
    made, code = HOSTILE[name]
    assert survive(SchemaSource(made() if callable(made) else made)) == code


@pytest.mark.parametrize("name", LARGE)
def test_large_schemas_are_schemas(name: str) -> None:
    assert len(LARGE[name]) < MAX_FILE_CHARACTERS
    assert survive(SchemaSource(LARGE[name])) is None


def test_a_compiler_that_dies_is_a_schema_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits apply first; a text within them that crashes the compiler crashes nothing else."""
    monkeypatch.setattr("sluicegate.shared.formats.protobuf.text.MAX_DEPTH", 10**9)
    braces, _ = HOSTILE["braces"]
    assert isinstance(braces, str)
    assert survive(SchemaSource(braces)) == ProtobufSchemaCode.TOO_LARGE


def test_the_compilers_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert protoc.compiled(LARGE["enum values"].encode(), {}).descriptors
    monkeypatch.setattr(protoc, "_LIMITS", ((resource.RLIMIT_AS, 1024 * 1024),))
    result = protoc.compiled(LARGE["enum values"].encode(), {})
    assert result.descriptors is None


def test_a_compiler_that_is_not_there_is_not_the_schemas_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    there = protoc.installation()
    gone = protoc.Installation(there.program / "missing", there.well_known)
    monkeypatch.setattr(protoc, "installation", lambda: gone)
    with pytest.raises(CompilerUnavailable, match="cannot be run"):
        ProtobufEngine().parse(SchemaSource(PROTO3 + "message Other {}"))


@pytest.mark.parametrize(
    "text",
    [
        'import "a\\n999.proto:1:1: hello";',
        'import "a\\n999.proto:1:1: warning: hello\\n\\nb";',
        'import "a\\377\\001\\r";',
        'option java_package = "\\n77.proto:1:2: hello";;;',
        'syntax = "a\\n88.proto:3:4: hello";',
    ],
)
def test_what_looks_like_an_error_in_an_error_is_no_error_of_ours(text: str) -> None:
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.parse(SchemaSource(text + "message {"))
    assert all(each.message.isprintable() for each in caught.value.violations)


def chain(levels: int) -> NamedSource:
    reference = NamedSource("a.proto", SchemaSource(PROTO3))
    for _ in range(levels):
        reference = NamedSource("a.proto", SchemaSource(PROTO3, (reference,)))
    return reference


def test_a_long_chain_of_references_is_bounded() -> None:
    assert survive(SchemaSource(PROTO3, (chain(5000),))) == ProtobufSchemaCode.TOO_LARGE


def test_references_that_double_are_bounded() -> None:
    reference = NamedSource("a.proto", SchemaSource(PROTO3))
    for _ in range(30):
        reference = NamedSource("a.proto", SchemaSource(PROTO3, (reference, reference)))
    assert survive(SchemaSource(PROTO3, (reference,))) == ProtobufSchemaCode.TOO_LARGE


def test_references_are_bounded_together() -> None:
    references = tuple(NamedSource(f"{n}.proto", SchemaSource("//" + "x" * 200_000)) for n in range(6))
    assert survive(SchemaSource(PROTO3, references)) == ProtobufSchemaCode.TOO_LARGE


def test_long_full_names_are_bounded() -> None:
    """In a descriptor set, which no compiler has checked, each full name contains the package's."""
    schema = parsed("message M {}")
    file = schema.files[0]
    file.package = "a" * 100_000
    for number in numbers(1000):
        file.message_type[0].field.add(name=f"f{number}", number=number, label=1, type=5)
    with pytest.raises(SchemaSyntaxError) as caught:
        loaded(b"\x0a" + _sized(file.SerializeToString()))
    assert caught.value.violations[0].code == ProtobufSchemaCode.TOO_LARGE


def _sized(data: bytes) -> bytes:
    length, head = len(data), b""
    while length > 127:
        head, length = head + bytes([length & 127 | 128]), length >> 7
    return head + bytes([length]) + data


PAYLOADS = {
    "empty messages": b"\x12\x00" * 300_000,
    "unknown fields": b"\xf8\x06\x01" * 200_000,
    "unknown fields in messages": b"\x12\x02\x78\x01" * 100_000,
    "the beginning of groups": b"\x0b" * 500_000,
    "a length of 4 GB": b"\x0a\xff\xff\xff\xff\x0f",
    "a length of 2^63": b"\x0a" + b"\xff" * 8 + b"\x7f",
    "ones": b"\xff" * 500_000,
    "zeros": b"\x00" * 500_000,
    "packed numbers": b"\x1a\xa0\xc2\x1e" + b"\x01" * 500_000,
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_payloads_get_a_verdict(name: str) -> None:
    validator = ENGINE.compile(parsed("message M { string s = 1; repeated M m = 2; repeated int32 n = 3; }"))
    assert validator.accepts(PAYLOADS[name]) == (validator.explain(PAYLOADS[name]) is None)


@STEADY
@given(st.text())
def test_any_text(text: str) -> None:
    survive(SchemaSource(text))


WORDS = st.sampled_from(
    [
        *"{}[]<>()=;,.\"'\\",
        "message",
        "enum",
        "oneof",
        "extend",
        "option",
        "import",
        "reserved",
        "A",
        "int32",
        "map",
        "1",
        "to",
        "max",
        "\n",
        "//",
        "/*",
    ]
)


@STEADY
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_any_words(text: str) -> None:
    survive(SchemaSource(PROTO3 + text))


@STEADY
@given(st.binary(max_size=60))
def test_any_payload(payload: bytes) -> None:
    fields = "required int32 a = 1; repeated M m = 2; map<int32, M> x = 3; optional E e = 4;"
    validator = ENGINE.compile(parsed(f'syntax = "proto2"; message M {{ {fields} }} enum E {{ Z = 0; }}'))
    rejection = validator.explain(payload)
    assert validator.accepts(payload) == (rejection is None)
    assert rejection is None or rejection.violations


@STEADY
@given(st.binary(max_size=80))
def test_any_descriptor_set(data: bytes) -> None:
    try:
        ENGINE.canonical(ENGINE.from_compiled(data))
    except SchemaSyntaxError as error:
        assert error.violations  # noqa: PT017 - either outcome is right
