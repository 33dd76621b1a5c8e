"""The faults that a folder may have: the limits, or its present rate until it meets them."""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.style.rules import Fault, count_words, faults
from tests.style.texts import Text

LIMITS: Mapping[str, float] = {"what": 1.0, "who": 0.0, "word": 0.0, "width": 0.0}
"""Faults in 1,000 words that finished texts may have, by rule."""

RATCHET = Path(__file__).with_name("ratchet.toml")

_HEADER = """\
# Faults in 1,000 words that the texts of a folder may have. A number may only fall:
# `python -m tests.style --lower` writes the present numbers where they are lower.
# A folder without numbers, or without an entry, must meet the limits of ratchet.py.
"""


@dataclass
class Tally:
    """The words and faults of a folder."""

    words: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def rates(self) -> dict[str, float]:
        """Faults in 1,000 words by rule, rounded up to a tenth."""
        counts = Counter(fault.rule for fault in self.faults)
        return {rule: math.ceil(counts[rule] * 10_000 / max(self.words, 1)) / 10 for rule in LIMITS}


Allowed = Mapping[str, Mapping[str, float]]


def read() -> Allowed:
    """Read the ratchet: folder or file -> rule -> allowed rate."""
    return tomllib.loads(RATCHET.read_text(encoding="utf-8"))


def tally(texts: Iterable[Text], allowed: Allowed) -> dict[str, Tally]:
    """Count the words and faults of each entry; texts without an entry are counted by file."""
    tallies: dict[str, Tally] = {}
    for text in texts:
        of_entry = tallies.setdefault(_entry(text.path, allowed), Tally())
        of_entry.words += count_words(text)
        of_entry.faults.extend(faults(text))
    return tallies


def _entry(path: str, allowed: Allowed) -> str:
    """Return the longest entry that is the file or one of its folders, or the file itself."""
    parts = path.split("/")
    ways = ("/".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((way for way in ways if way in allowed), path)


def exceeded(tallies: Mapping[str, Tally], allowed: Allowed) -> dict[str, dict[str, float]]:
    """Return the rates that are higher than allowed, by entry and rule."""
    above = {
        entry: {rule: rate for rule, rate in found.rates.items() if rate > limit(entry, rule, allowed)}
        for entry, found in tallies.items()
    }
    return {entry: rates for entry, rates in above.items() if rates}


def limit(entry: str, rule: str, allowed: Allowed) -> float:
    """Return the allowed rate: 2 % more than noted, since removing good text raises a rate."""
    return max(allowed.get(entry, {}).get(rule, 0.0) * 1.02, LIMITS[rule])


def lowered(tallies: Mapping[str, Tally], allowed: Allowed) -> str:
    """Return the text of a ratchet with the present numbers where they are lower."""
    lines = [_HEADER]
    for entry in sorted(allowed):
        rates = tallies[entry].rates if entry in tallies else {}
        lines.append(f'["{entry}"]')
        for rule, before in allowed[entry].items():
            now = min(before, rates.get(rule, 0.0))
            if now > LIMITS[rule]:
                lines.append(f"{rule} = {now}")
        lines.append("")
    return "\n".join(lines)
