"""The prose check finds each kind of fault, raises no false alarm, and holds the project's texts."""

import pytest

from tests.style import ratchet
from tests.style.rules import count_words, faults
from tests.style.texts import Text, python, texts


def rules(content: str) -> list[str]:
    return [fault.rule for fault in faults(Text("page.md", 1, content))]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("Tells what is refused.", ["what"]),
        ("Whatever is not the usual case leaves this path.", ["what"]),
        ("Who settles a message acknowledges it.", ["who"]),
        ("It tells who owns it, and nobody else.", ["who", "who"]),
        ("Whoever takes more is refused.", ["who"]),
        ("The parser stands in the way and comes again.", ["word", "word"]),
        (f"{'word ' * 21}", ["width"]),
    ],
)
def test_prose_check_finds_fault(content: str, found: list[str]) -> None:
    assert rules(content) == found


@pytest.mark.parametrize(
    "content",
    [
        "What is a schema?",
        "Users who register schemas, and teams who read them.",
        "The command `what --who nobody` and [a page](what/who.md).",
        "```\nwhat is this, and who nobody\n```",
        f"| a row | {'of a table ' * 20}|",
        f"- <https://example.org/{'x' * 120}>",
        "The whole of it is somewhat larger.",
    ],
)
def test_prose_check_raises_no_false_alarm(content: str) -> None:
    assert rules(content) == []


def test_prose_check_reads_docstrings_comments_and_messages() -> None:
    source = '''
def load(log, option):
    """Read what is there."""
    # nobody waits
    # for this  # noqa
    log.warning("what was read", what=1)
    name = "what"  # type: ignore
    raise ValueError(f"{name}: whoever reads")
'''
    found = [(text.line, fault.rule) for text in python("m.py", source) for fault in faults(text)]
    assert sorted(found) == [(3, "what"), (4, "who"), (6, "what"), (8, "who")]


def test_prose_check_counts_words_without_code() -> None:
    assert count_words(Text("page.md", 1, "The worker runs `sluicegate validator run` twice.")) == 4


def test_ratchet_fails_above_its_number_and_is_lowered_below() -> None:
    allowed = {"guide": {"what": 300.0}}
    good, bad = Text("guide/a.md", 1, "What is " * 2 + "not here."), Text("guide/b.md", 1, "what what")
    assert ratchet.exceeded(ratchet.tally([bad], allowed), allowed) == {"guide": {"what": 1000.0}}
    within = ratchet.tally([good, Text("guide/c.md", 1, "a word " * 5)], allowed)
    assert ratchet.exceeded(within, allowed) == {}
    assert "what = 125.0" in ratchet.lowered(within, allowed)
    assert ratchet.exceeded(ratchet.tally([Text("new.md", 1, "nobody")], allowed), allowed) == {
        "new.md": {"who": 1000.0}
    }


def test_project_texts_keep_the_style() -> None:
    allowed = ratchet.read()
    above = ratchet.exceeded(ratchet.tally(texts(), allowed), allowed)
    assert above == {}, "run `python -m tests.style` for the places"
