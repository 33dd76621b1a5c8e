"""How subjects are written, and what may be called so."""

import pytest

from sluicegate.registry_api.core.names import SubjectName


@pytest.mark.parametrize(
    ("written", "context", "name", "qualified"),
    [
        ("s", ".", "s", "s"),
        ("", ".", "", ""),
        (":.c:s", ".c", "s", ":.c:s"),
        (":.c:", ".c", "", ":.c:"),
        (":.c", ".c", "", ":.c:"),
        (":.:s", ".", "s", "s"),
        (":.c:a:b", ".c", "a:b", ":.c:a:b"),
        (":*:", "*", "", ":*:"),
        (":*:s", "*", "s", ":*:s"),
        ("a:.c:s", ".", "a:.c:s", "a:.c:s"),
        (":c:s", ".", ":c:s", ":c:s"),
        (":.::.c:s", ".", ":.c:s", ":.::.c:s"),
        (":.::*:s", ".", ":*:s", ":.::*:s"),
    ],
)
def test_parsing(written: str, context: str, name: str, qualified: str) -> None:
    parsed = SubjectName.parse(written)
    assert parsed == SubjectName(context, name)
    assert parsed.qualified == str(parsed) == qualified


@pytest.mark.parametrize(
    ("written", "usable", "as_scope"),
    [
        ("s", True, True),
        ("", True, True),
        (":.c:s", True, True),
        ("a b/ü", True, True),
        ("__GLOBAL", False, False),
        ("__EMPTY", False, False),
        (":.c:__EMPTY", False, False),
        ("a\nb", False, False),
        ("a\x85b", False, False),
        (":.__GLOBAL:", False, True),
        (":.__GLOBAL:s", False, True),
    ],
)
def test_what_may_be_used(written: str, usable: bool, as_scope: bool) -> None:
    parsed = SubjectName.parse(written)
    assert (parsed.usable, parsed.usable_as_scope) == (usable, as_scope)


@pytest.mark.parametrize(
    ("owner", "written", "qualified"),
    [("a", "b", "b"), (":.c:a", "b", ":.c:b"), ("a", ":.c:b", ":.c:b"), (":.c:a", ":.d:b", ":.d:b")],
)
def test_references_are_of_the_same_context_unless_they_say_otherwise(owner: str, written: str, qualified: str) -> None:
    assert SubjectName.parse(owner).referred(written).qualified == qualified
