"""`anyOf`, `oneOf`, `not` and `if`.

(`allOf` needs no rule: all its schemas are obligations, or facts.)
"""

from collections.abc import Iterable, Iterator, Sequence

from sluicegate.shared.formats.json_schema.compatibility.discriminators import apart
from sluicegate.shared.formats.json_schema.compatibility.facts import Branch, FactChoice, Facts, one_type, shape
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.matching import maximum_matching
from sluicegate.shared.formats.json_schema.compatibility.overlaps import ALTERNATIVES_LIMIT, is_inside, shares_sample
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.model import Finding


def any_of(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """One alternative of the reader must take everything.

    (Where the writer has alternatives, each is looked at alone.)
    """
    if frame.proofs.pairings.under(reader, "anyOf").nodes and _taker(frame, reader, "anyOf", facts) is None:
        yield from _narrowed(frame, reader, facts, "anyOf")


def one_of(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """One alternative must take everything, and no other one may be known to take a part of it too."""
    branches = frame.proofs.pairings.under(reader, "oneOf").nodes
    if not branches:
        return
    taker = _taker(frame, reader, "oneOf", facts)
    if taker is None:
        yield from _narrowed(frame, reader, facts, "oneOf")
        return
    candidates = [branch for branch in _not_excluded(frame, reader, facts) if branch.key != taker.key]
    others = [branch for branch in candidates if _takes_part(frame, branch, facts, reader)]
    if not others and len(branches) <= ALTERNATIVES_LIMIT:
        others = [branch for branch in candidates if _overlaps(frame, branch, facts)]
    if others:
        change = f"What the writer may use fits {taker.path} and {others[0].path} of the reader, and oneOf takes what fits only one"
        yield finding(Code.ONE_OF_AMBIGUOUS, f"{reader.path}/oneOf", change)


def likely_choice(frame: Frame, keyword: str, reader: Node, facts: Facts) -> tuple[FactChoice, Sequence[Branch]] | None:
    """Return a writer's choice with alternatives of the reader, and its branches without a proof.

    No other choice must be tried then: a single alternative that accepts all branches at once would
    overlap with the equal one (`oneOf`), or accept each branch by itself too (`anyOf`).
    """
    for choice in facts.choices:
        branches = _unproved(frame, keyword, reader, choice) if choice.is_of_alternatives else None
        if branches is not None:
            return choice, branches
    return None


def _unproved(frame: Frame, keyword: str, reader: Node, choice: FactChoice) -> Sequence[Branch] | None:
    """Return the branches of a choice that need a proof; None if no alternative is on both sides.

    A branch of the writer that equals an alternative of the reader's `anyOf` needs none. For
    `oneOf`, the writer's must be a `oneOf`, too, with all other alternatives of the reader: then
    they exclude each other.
    """
    pairings = frame.proofs.pairings
    unmet = pairings.unmet(reader, keyword, choice)
    if len(unmet) == len(choice.branches):
        return None
    exclusive = choice.key[1] == "oneOf"
    if keyword == "oneOf" and (not exclusive or pairings.unpaired(reader, keyword, choice.key, choice.alternatives)):
        return choice.branches
    return [choice.branches[index] for index in unmet]


def _taker(frame: Frame, reader: Node, keyword: str, facts: Facts) -> Node | None:
    """Find an alternative that accepts everything: an equal one, then an equal text, then any."""
    pairings = frame.proofs.pairings
    equal = pairings.equal(reader, keyword, facts.atoms)
    if equal is not None or likely_choice(frame, keyword, reader, facts) is not None:
        return equal
    branches = _likely_first(pairings.near(reader, keyword, facts), facts)
    return next((branch for branch in branches if frame.prove(branch, facts)), None)


def _not_excluded(frame: Frame, reader: Node, facts: Facts) -> list[Node]:
    """Return the alternatives that equal no schema that does not hold."""
    pairings = frame.proofs.pairings
    branches = pairings.near(reader, "oneOf", facts)
    if len(branches) == len(pairings.under(reader, "oneOf").nodes):
        branches = min((pairings.possible(reader, each) for each in facts.rivals), key=len, default=branches)
    return [branch for branch in branches if not _is_excluded(frame, branch, facts)]


def _overlaps(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether an alternative is shown to take some value that the writer may use."""
    return not apart(branch, facts) and (shares_sample(frame, branch, facts) or is_inside(frame, branch, facts))


def _likely_first(branches: Iterable[Node], facts: Facts) -> list[Node]:
    """Sort alternatives whose texts are among the writer's first.

    They often differ only behind a reference.
    """
    return sorted(branches, key=lambda branch: shape(branch) not in facts.shapes)


def _is_excluded(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether an alternative equals a schema that does not hold."""
    if any(frame.proofs.pairings.is_rival(branch, rivals) for rivals in facts.rivals):
        return True
    return any(frame.proofs.equality.same(branch, negative) for negative in facts.negatives)


def _takes_part(frame: Frame, branch: Node, facts: Facts, beside: Node) -> bool:
    """Return whether an alternative accepts all values, or all of one alternative or type.

    The latter is for single values. Objects and arrays are only compared as a whole: their parts
    lead to further alternatives, without an end.
    """
    if apart(branch, facts):
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
    """Require that the writer excludes all values that the reader excludes."""
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
    """Name the writer's alternatives that fit none of the reader's.

    If one remains on either side, the finding has the reason.
    """
    path = f"{reader.path}/{keyword}"
    choices = [] if frame.trial else [choice for choice in facts.choices if choice.is_of_alternatives]
    if len(choices) == 1:
        yield from _pairs(frame, reader, facts, choices[0], keyword)
        return
    schemas = [] if frame.trial else [each.schema for each in frame.proofs.pairings.under(reader, keyword).nodes]
    change = f"No alternative of the reader takes all that the writer may use: {shown(schemas)}"
    yield finding(Code.SUM_TYPE_NARROWED, path, change)


def _pairs(frame: Frame, reader: Node, facts: Facts, choice: FactChoice, keyword: str) -> Iterator[Finding]:
    """Match the alternatives that equal none of the other side; an equal one is its own match."""
    pairings = frame.proofs.pairings
    branches = pairings.unpaired(reader, keyword, choice.key, choice.alternatives)
    places = {branch.key: n for n, branch in enumerate(branches)}
    unmet = pairings.unmet(reader, keyword, choice)
    cases = {index: facts.also(choice.branches[index], [choice.key]) for index in unmet}
    near = {index: pairings.near(reader, keyword, case) for index, case in cases.items()}
    edges = [
        [places[branch.key] for branch in near[index] if branch.key in places and frame.prove(branch, cases[index])]
        for index in unmet
    ]
    matched = maximum_matching(edges)
    left = [
        index
        for index, fitting in zip(unmet, edges, strict=True)
        if not fitting
        and not any(frame.prove(branch, cases[index]) for branch in near[index] if branch.key not in places)
    ]
    taken = set(matched.values())
    free = [branch for n, branch in enumerate(branches) if n not in taken]
    if len(left) == len(free) == 1:
        frame.need(free[0], cases[left[0]])
        return
    if not left:
        yield from _ambiguous(frame, reader, facts, choice, keyword)
    for index in left:
        written = shown(choice.branches[index].holds[0].schema)
        change = f"The writer's alternative {index} ({written}) fits no alternative of the reader"
        yield finding(Code.SUM_TYPE_NARROWED, f"{reader.path}/{keyword}", change)


def _ambiguous(frame: Frame, reader: Node, facts: Facts, choice: FactChoice, keyword: str) -> Iterator[Finding]:
    """Name the first of the writer's alternatives that fits several of the reader's.

    Yields at least one finding.
    """
    for branch in choice.branches if keyword == "oneOf" else ():
        found = list(one_of(frame, reader, facts.also(branch, [choice.key])))
        if found:
            yield from found
            return
    schemas = [each.schema for each in frame.proofs.pairings.under(reader, keyword).nodes]
    change = f"No alternative of the reader takes all that the writer may use: {shown(schemas)}"
    yield finding(Code.SUM_TYPE_NARROWED, f"{reader.path}/{keyword}", change)
