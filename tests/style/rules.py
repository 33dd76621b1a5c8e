"""The rules of docs/contributing/style.md that a program can check without false alarms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.style.texts import Text

MAX_WIDTH = 100
"""Characters in a line, except in code blocks, rows of tables and lines that cannot be broken."""


PATTERNS = {
    "what": re.compile(r"\bwhat(?:ever)?\b", re.IGNORECASE),
    "who": re.compile(r"\b(?:who|whoever|whomever|nobody|somebody)\b", re.IGNORECASE),
    "word": re.compile(
        r"\b(?:dear|in vain|astray|aside|midst|likewise|bears|burials?|besides|for ever"
        r"|comes? again|came again|stands? still|stood still|stands? in|stood in"
        r"|(?:is|are|was|were|be|been) told|takes? it that|took it that|(?:is|are) to be had"
        r"|letter by letter)\b",
        re.IGNORECASE,
    ),
}

_PEOPLE = (
    "administrators?|anyone|authors?|callers?|clients?|consumers?|developers?|engineers?|everyone"
    "|maintainers?|operators?|owners?|people|persons?|producers?|publishers?|readers?|reviewers?"
    "|teams?|users?"
)
_AFTER_PERSON = re.compile(rf"\b(?:{_PEOPLE}),?\s+$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;](?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*|]|#+ |\d+\. ))")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")


@dataclass(frozen=True)
class Fault:
    """A place that breaks a rule."""

    path: str
    line: int
    rule: str
    excerpt: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.excerpt}"


def count_words(text: Text) -> int:
    """Return the number of words of a text, without code."""
    return len(_WORD.findall(text.prose))


def faults(text: Text) -> Iterator[Fault]:
    """Yield each place of a text that breaks a rule."""
    if text.wrapped:
        yield from _wide_lines(text)
    for start, sentence in _statements(text.prose):
        for rule, pattern in PATTERNS.items():
            for match in pattern.finditer(sentence):
                if rule != "who" or not _follows_person(sentence, match):
                    yield _fault(text, rule, start + match.start())


def _statements(prose: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence that is not a question, with its place."""
    start = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(prose)), len(prose)):
        sentence = prose[start:end]
        if not sentence.rstrip().endswith("?"):
            yield start, sentence
        start = end


def _follows_person(sentence: str, match: re.Match[str]) -> bool:
    """Tell `users who register` from `who` without a noun."""
    return match[0].lower() == "who" and bool(_AFTER_PERSON.search(sentence[: match.start()]))


def _wide_lines(text: Text) -> Iterator[Fault]:
    visible = text.without_fences.splitlines()
    for number, line in enumerate(visible):
        if len(line) > MAX_WIDTH and " " in line.strip("#- ")[:MAX_WIDTH] and line.lstrip()[:1] != "|":
            yield Fault(text.path, text.line + number, "width", f"{len(line)} characters")


def _fault(text: Text, rule: str, place: int) -> Fault:
    prose = text.prose
    line = text.line + prose.count("\n", 0, place)
    excerpt = " ".join(prose[max(0, place - 40) : place + 40].split())
    return Fault(text.path, line, rule, excerpt)
