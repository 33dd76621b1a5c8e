import io

from rich.console import Console

from sluicegate.shared.quickstart.arrival import ShownArrival
from sluicegate.shared.quickstart.screen import Screen


def shown(arrival: ShownArrival) -> str:
    text = io.StringIO()
    Screen(Console(file=text, width=400)).arrival(arrival, None)
    return text.getvalue()


def test_a_message_that_is_no_sample_is_shown_by_its_key_and_payload() -> None:
    assert shown(ShownArrival("valid", "k1", {}, b'{"a": 1}')) == '  valid       k1 {"a": 1}\n'


def test_what_a_message_brings_cannot_play_with_the_terminal() -> None:
    headers = {"deadLetterErrorCode": "\x1b[31m", "deadLetterErrorReason": "[bold]\x07"}
    text = shown(ShownArrival("dead-letter", "\x1b[2J", headers, b"\x1b]0;title\x07"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]" in text


def test_long_reasons_are_cut() -> None:
    headers = {"deadLetterErrorCode": "payload_invalid", "deadLetterErrorReason": "x" * 1000}
    assert shown(ShownArrival("dead-letter", "k", headers, b"")).rstrip().endswith("x…")
