"""Long histories in parts: which versions may be incompatible with a new one, without a comparison with each of them.

Versions of one schema have most of their members in common. Where a format compares members each for itself
(`Divisible`), a new version fits all versions if each of its members fits each text that the member ever had, or its absence,
and if each member that it lacks may be missing. Names of members play no part, so there are few different questions, and each
is answered once. The versions behind a question that is answered with no are suspects: they are compared as a whole.
"""

import threading
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import NumberedSource, Version
from sluicegate.registry_api.core.ports import NONE_YET, Examiner, Mark, Tail, View
from sluicegate.shared.formats.division import Divisible, Division
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, VersionNumber

MAX_KEPT: Final = 2_000_000
"""Members of versions in all histories that are remembered: four bytes for each, and the few texts
that they have.
"""

MAX_ANSWERS: Final = 50_000
MAX_QUESTIONS: Final = 1_000
"""Questions of one registration. With more the versions themselves are compared."""

MAX_DIVISIONS: Final = 32
MAX_DIVIDED_CHARACTERS: Final = 64 * 1024
"""Of a text that is divided to be compared with one version: the division takes as long as small
comparisons.
"""

_ASKED_AT_ONCE: Final = 50
_READINGS: Final = 3
"""Of a history that changes meanwhile."""


class Terms(NamedTuple):
    """How comparisons are made."""

    format: SchemaFormat
    mode: CompatibilityMode
    policy: Policy | None


class _Question(NamedTuple):
    """A frame with one member or none, and the frame and the member of versions."""

    frame: str
    member: str | None
    other_frame: str
    other_member: str | None


@dataclass(slots=True)
class _Group:
    """The versions of one frame."""

    numbers: "array[int]" = field(default_factory=lambda: array("i"))
    members: dict[str, dict[str, "array[int]"]] = field(default_factory=dict)  # name -> text -> versions
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # text -> names

    def add(self, number: VersionNumber, division: Division) -> None:
        """Add a version."""
        self.numbers.append(number)
        for name, text in division.members.items():
            self.members.setdefault(name, {}).setdefault(text, array("i")).append(number)
            self.names[text].add(name)

    def points(self, mine: Division) -> Iterator[tuple[str | None, str | None, str | None]]:
        """The comparisons with a division: its member, the other one, and the name; None: no member, or any name."""
        yield None, None, None
        for name, text in mine.members.items():
            others = self.members.get(name, {})
            for other in others:
                yield text, other, name
            if sum(map(len, others.values())) < len(self.numbers):
                yield text, None, name
        for other, names in self.names.items():
            if not names <= mine.members.keys():
                yield None, other, None

    def behind(self, mine: Division, point: tuple[str | None, str | None, str | None]) -> Iterable[int]:
        """The versions behind a comparison."""
        _, other, name = point
        if name is not None and other is not None:
            return self.members[name][other]
        if name is not None:
            return set(self.numbers).difference(*self.members.get(name, {}).values())
        if other is None:
            return self.numbers
        return {
            number
            for each in self.names[other]
            if each not in mine.members
            for number in self.members[each].get(other, ())
        }


class _History:
    """The active versions of one schema, divided."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._revision: int | None = None
        self._mark: Mark | None = None
        self._clear()

    def follow(self, schema_id: SchemaId, schema_format: SchemaFormat, divisible: Divisible, view: View) -> bool:
        """Read the versions that came since.

        False: the versions have other formats, too, or change all the time.
        """
        for _ in range(_READINGS):
            found = self._read(schema_id, schema_format, divisible, view)
            if found is not None:
                return found
            self._clear()  # older versions were deleted, enabled or imported
        return False

    def _read(self, schema_id: SchemaId, schema_format: SchemaFormat, divisible: Divisible, view: View) -> bool | None:
        """Read to the end. None: the versions that were read before are not the same any more."""
        added = 0
        while True:
            tail = view.tail(schema_id, self._last)
            if tail.mark != self._mark:
                return None
            if self._revision is None:
                self._revision, self._top = tail.revision, tail.last_version
            for version in tail.versions:
                if version.format is not schema_format:
                    return False
                self._add(version, divisible)
                added += version.number > self._top
            if not tail.more:
                return self._is_at(tail, added)

    def _is_at(self, tail: Tail, added: int) -> bool | None:
        """Whether versions were added, and nothing else happened. None: something did."""
        if tail.revision != (self._revision or 0) + added:
            return None
        self._revision, self._top = tail.revision, tail.last_version
        return True

    def _clear(self) -> None:
        self._last, self._mark = NONE_YET, None
        self._revision, self._top = None, NONE_YET
        self.size = 0
        self.others: list[int] = []
        self.groups: dict[str, _Group] = {}

    def _add(self, version: Version, divisible: Divisible) -> None:
        self._last, self._mark = version.number, (version.version_id, version.created_at)
        division = None if version.references else divisible.divided(_source(version))
        if division is None:
            self.others.append(version.number)
            return
        self.groups.setdefault(division.frame, _Group()).add(version.number, division)
        self.size += 1 + len(division.members)


class Histories:
    """Histories that this process compared with lately. Thread-safe."""

    def __init__(self, examiner: Examiner) -> None:
        """Take the judge of texts."""
        self._examiner = examiner
        self._lock = threading.Lock()
        self._known: OrderedDict[SchemaId, _History] = OrderedDict()
        self._answers: dict[tuple[Terms, _Question], bool] = {}
        self._divisions: OrderedDict[SchemaSource, Division | None] = OrderedDict()

    def suspects(
        self, terms: Terms, source: SchemaSource, schema_id: SchemaId, view: View
    ) -> Sequence[VersionNumber] | None:
        """The active versions of a schema that a text may be incompatible with, highest number first; None: all may be."""
        divisible = self._examiner.divisible(terms.format)
        division = None if divisible is None or source.references else divisible.divided(source)
        if divisible is None or division is None:
            return None
        history = self._history(schema_id)
        with history.lock:
            if not history.follow(schema_id, terms.format, divisible, view):
                return None
            try:
                found = self._behind(terms, division, history.groups, divisible)
            except SchemaInvalid:  # a comparison takes too much
                return None
            if found is None:
                return None
            found.update(history.others)
        self._bound()
        return [VersionNumber(number) for number in sorted(found, reverse=True)]

    def fits(self, terms: Terms, source: SchemaSource, version: Version) -> bool:
        """Whether each member of a text fits a version. False: a comparison of the whole tells."""
        divisible = self._examiner.divisible(terms.format)
        plain = version.format is terms.format and not (version.references or source.references)
        if divisible is None or not plain or max(len(source.text), len(version.text)) > MAX_DIVIDED_CHARACTERS:
            return False
        mine, theirs = self._divided(source, divisible), self._divided(_source(version), divisible)
        if mine is None or theirs is None:
            return False
        group = _Group()
        group.add(version.number, theirs)
        try:
            found = self._behind(terms, mine, {theirs.frame: group}, divisible)
        except SchemaInvalid:  # a comparison takes too much
            return False
        return found is not None and not found

    def _divided(self, source: SchemaSource, divisible: Divisible) -> Division | None:
        """A division. The last ones are kept: the new version of one comparison is the old one of the next."""
        with self._lock:
            if source in self._divisions:
                return self._divisions[source]
        division = divisible.divided(source)
        with self._lock:
            self._divisions[source] = division
            if len(self._divisions) > MAX_DIVISIONS:
                self._divisions.popitem(last=False)
        return division

    def _behind(
        self, terms: Terms, mine: Division, groups: Mapping[str, _Group], divisible: Divisible
    ) -> set[int] | None:
        """The versions behind the questions that are answered with no; None: there are too many questions."""
        points = [
            (group, point, _Question(mine.frame, point[0], frame, point[1]))
            for frame, group in groups.items()
            for point in group.points(mine)
        ]
        open_questions = {question for *_, question in points if (terms, question) not in self._answers}
        if len(open_questions) > MAX_QUESTIONS:
            return None
        answers = self._answered(terms, open_questions, divisible)
        found: set[int] = set()
        for group, point, question in points:
            if not (answers[question] if question in answers else self._answers.get((terms, question), False)):
                found.update(group.behind(mine, point))
        return found

    def _answered(self, terms: Terms, questions: Iterable[_Question], divisible: Divisible) -> dict[_Question, bool]:
        """Whether the members of each question fit, as the engine compares the schemas of one member."""
        by_candidate: dict[tuple[str, str | None], list[_Question]] = {}
        for question in questions:
            by_candidate.setdefault((question.frame, question.member), []).append(question)
        answers: dict[_Question, bool] = {}
        for (frame, member), asked in by_candidate.items():
            candidate = divisible.joined(frame, member)
            for at in range(0, len(asked), _ASKED_AT_ONCE):
                part = asked[at : at + _ASKED_AT_ONCE]
                sources = [divisible.joined(each.other_frame, each.other_member) for each in part]
                numbered = [NumberedSource(VersionNumber(place), source) for place, source in enumerate(sources, 1)]
                found = self._examiner.incompatibilities(terms.format, terms.mode, candidate, numbered, terms.policy)
                refused = {each.number for each in found}
                answers.update({each: place not in refused for place, each in enumerate(part, 1)})
        with self._lock:
            if len(self._answers) + len(answers) > MAX_ANSWERS:
                self._answers.clear()
            self._answers.update({(terms, question): answer for question, answer in answers.items()})
        return answers

    def _history(self, schema_id: SchemaId) -> _History:
        with self._lock:
            history = self._known.setdefault(schema_id, _History())
            self._known.move_to_end(schema_id)
            return history

    def _bound(self) -> None:
        with self._lock:
            size = sum(history.size for history in self._known.values())
            while size > MAX_KEPT and self._known:
                _, dropped = self._known.popitem(last=False)
                size -= dropped.size


def _source(version: Version) -> SchemaSource:
    return SchemaSource(version.text, artifact=version.artifact)
