"""`anyOf`, `oneOf`, `not` and `if`. (`allOf` needs no rule: all its schemas are obligations, or facts.)"""

from collections.abc import Iterable, Iterator

from sluicegate.shared.formats.json_schema.compatibility.discriminators import apart
from sluicegate.shared.formats.json_schema.compatibility.facts import Branch, Choice, Facts, one_type, shape
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.matching import maximum_matching
from sluicegate.shared.formats.json_schema.compatibility.overlaps import ALTERNATIVES_LIMIT, is_inside, shares_sample
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.model import Finding


def any_of(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """One alternative of the reader must take everything. (Where the writer has alternatives, each is looked at alone.)"""
    branches = _likely_first(reader.under("anyOf"), facts)
    if branches and not any(frame.prove(branch, facts) for branch in branches):
        yield from _narrowed(frame, reader, facts, "anyOf")


def one_of(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """One alternative must take everything, and no other one may be known to take a part of it too."""
    branches = _likely_first(reader.under("oneOf"), facts)
    if not branches:
        return
    taker = next((branch for branch in branches if frame.prove(branch, facts)), None)
    if taker is None:
        yield from _narrowed(frame, reader, facts, "oneOf")
        return
    others = [branch for branch in branches if branch is not taker and _takes_part(frame, branch, facts, reader)]
    if not others and len(branches) <= ALTERNATIVES_LIMIT:
        others = [branch for branch in branches if branch is not taker and _overlaps(frame, branch, facts)]
    if others:
        change = f"What the writer may use fits {taker.path} and {others[0].path} of the reader, and oneOf takes what fits only one"
        yield finding(Code.ONE_OF_AMBIGUOUS, f"{reader.path}/oneOf", change)


def _overlaps(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether an alternative is shown to take some value that the writer may use."""
    if apart(branch, facts) or _is_excluded(frame, branch, facts):
        return False
    return shares_sample(frame, branch, facts) or is_inside(frame, branch, facts)


def _likely_first(branches: Iterable[Node], facts: Facts) -> list[Node]:
    """The alternatives, those first whose texts are among the writer's: equal ones are found before others are compared."""
    return sorted(branches, key=lambda branch: shape(branch) not in facts.shapes)


def _is_excluded(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether an alternative equals a schema that does not hold."""
    excluded = facts.excluded_shapes.get(shape(branch))
    return excluded is not None and frame.proofs.equality.same(branch, excluded)


def _takes_part(frame: Frame, branch: Node, facts: Facts, beside: Node) -> bool:
    """Whether an alternative takes all that the writer may use, or, of single values, all of some alternative or type.

    Objects and arrays are only looked at as a whole: their parts lead to further alternatives, and there is no end of those.
    """
    if apart(branch, facts) or _is_excluded(frame, branch, facts):
        return False
    kinds: list[Branch] = []
    if facts.types.isdisjoint({"object", "array"}):
        kinds = [Branch((one_type(name, beside),)) for name in sorted(facts.types - {"whole", "fraction"})]
        kinds += [each for choice in facts.choices for each in choice.branches]
    cases = [facts, *(facts.also(kind) for kind in kinds)]
    return any(not case.never and frame.prove(branch, case) and not excludes(frame, case, branch) for case in cases)


def excludes(frame: Frame, facts: Facts, schema: Node) -> bool:
    """Whether a value of which the facts hold cannot fit a schema."""
    known = Facts.of([schema], partial=True)
    if known.never or not known.types & facts.types or apart(schema, facts):
        return True
    return any(frame.prove(negative, known) for negative in facts.excluded)


def not_(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """What the reader excludes, the writer must exclude too."""
    schema = reader.one("not")
    if schema is not None and not excludes(frame, facts, schema):
        yield finding(
            Code.NOT_ADDED_OR_EXTENDED,
            schema.path,
            f"The reader excludes {shown(schema.schema)}, the writer may use it",
        )


def condition(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """`then` where the condition may be met, `else` where it may be unmet."""
    test = reader.one("if")
    if test is None:
        return
    then, otherwise = reader.one("then"), reader.one("else")
    if then is not None and not excludes(frame, facts, test):
        yield from _part(frame, then, facts.also(Branch((test,))))
    if otherwise is not None and not frame.prove(test, facts):
        yield from _part(frame, otherwise, facts.also(Branch((), (test,))))


def _part(frame: Frame, part: Node, facts: Facts) -> Iterator[Finding]:
    if not frame.prove(part, facts):
        change = f"Under its condition the reader accepts only {shown(part.schema)}, the writer does not say so"
        yield finding(Code.CONDITION_NARROWED, part.path, change)


def _narrowed(frame: Frame, reader: Node, facts: Facts, keyword: str) -> Iterator[Finding]:
    """Say which of the writer's alternatives nobody takes; when just one on either side is left over, say why they do not fit."""
    branches = list(reader.under(keyword))
    choices = [] if frame.trial else [choice for choice in facts.choices if choice.key[1] in ("anyOf", "oneOf")]
    if len(choices) != 1:
        change = f"No alternative of the reader takes all that the writer may use: {shown([each.schema for each in branches])}"
        yield finding(Code.SUM_TYPE_NARROWED, f"{reader.path}/{keyword}", change)
        return
    yield from _pairs(frame, branches, facts, choices[0], f"{reader.path}/{keyword}")


def _pairs(frame: Frame, branches: list[Node], facts: Facts, choice: Choice, path: str) -> Iterator[Finding]:
    cases = [facts.also(branch, [choice.key]) for branch in choice.branches]
    edges = [[index for index, branch in enumerate(branches) if frame.prove(branch, case)] for case in cases]
    matched = maximum_matching(edges)
    left = [index for index, fitting in enumerate(edges) if not fitting]
    free = [branch for index, branch in enumerate(branches) if index not in matched.values()]
    if len(left) == len(free) == 1:
        frame.need(free[0], cases[left[0]])
    for index in left if len(left) != 1 or len(free) != 1 else ():
        written = shown(choice.branches[index].holds[0].schema)
        yield finding(
            Code.SUM_TYPE_NARROWED,
            path,
            f"The writer's alternative {index} ({written}) fits no alternative of the reader",
        )
