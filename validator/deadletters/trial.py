"""Forecast: the verdicts of a schema about the messages that are on a topic now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sluicegate.validator.brokers.letters import Browser
from sluicegate.validator.deadletters.redrive import judged
from sluicegate.validator.model import Invalid, Message, Rejected, Valid
from sluicegate.validator.pipeline.process import Processor


@dataclass(frozen=True, slots=True)
class Refusal:
    """Messages with the same reason for rejection.

    `example` is the address of the first message, and `message` is its violation.
    """

    code: str
    path: str
    keyword: str
    count: int
    example: str
    message: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Number of checked messages, with the rejected ones by reason.

    The most frequent reasons are first.
    """

    checked: int
    refused: int
    refusals: Sequence[Refusal]


def forecast(messages: Iterable[Message], browser: Browser, processor: Processor) -> Forecast:
    """Check each message. Raises the errors of `judged` and of the browser."""
    checked = 0
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for message in messages:
        checked += 1
        verdict = judged(processor, message)
        if not isinstance(verdict, Valid):
            path, keyword, text = _about(verdict)
            found.setdefault((verdict.code.value, path, keyword), []).append((browser.address(message), text))
    refusals = [
        Refusal(*key, count=len(examples), example=examples[0][0], message=examples[0][1])
        for key, examples in found.items()
    ]
    refusals.sort(key=lambda each: (-each.count, each.code, each.path, each.keyword))
    return Forecast(checked, sum(each.count for each in refusals), refusals)


def _about(verdict: Rejected) -> tuple[str, str, str]:
    """Path, rule and message of the first violation."""
    if isinstance(verdict, Invalid):
        first = verdict.violations[0]
        return first.path, first.code, first.message
    return "", "", verdict.reason
