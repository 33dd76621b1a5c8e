"""Alternatives of `oneOf` that are shown to take a value which another one takes too.

One alternative is known to take all that the writer may use. So another one overlaps with it when
it takes any value of the writer's: when all its values are the writer's, or when one of a few
sample values is.
"""

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, opened
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.samples import Sampling
from sluicegate.shared.formats.json_schema.references import Node

ALTERNATIVES_LIMIT = 30
"""Maximum of alternatives of one `oneOf` for this analysis: each is compared with all of the
writer.
"""


def is_inside(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether all values that an alternative takes are the writer's."""
    known = Facts.of([branch], partial=True)
    if known.never or not known.atoms or not known.types <= facts.types:
        return False
    return all(frame.prove(atom, known) for atom in facts.atoms) and all(
        _differs(negative, known) for negative in facts.excluded
    )


def _differs(schema: Node, known: Facts) -> bool:
    """Whether no value that is known fits a schema, by types and enumerations."""
    found = Facts.of([schema])
    return found.never or known.types.isdisjoint(found.types)


def shares_sample(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether an alternative takes one of the sample values that the writer may use."""
    if facts.types.isdisjoint(Facts.of([branch]).types):
        return False
    fits = frame.proofs.evaluation.fits
    samples = Sampling(objects=not frame.proofs.lenient).of((*opened([branch]).atoms, *facts.atoms))
    return any(
        fits(branch, value) is True
        and all(fits(atom, value) is True for atom in facts.atoms)
        and all(fits(negative, value) is False for negative in facts.excluded)
        for value in samples
    )
