"""Compatibility of two schemas: can all CSV that fits the writer's be read with the reader's?

No findings are a proof that it can.
"""

from collections.abc import Iterator
from itertools import islice

from sluicegate.shared.formats.csv_schema.compatibility.codes import MAX_FINDINGS, CsvChange, finding
from sluicegate.shared.formats.csv_schema.compatibility.columns import column_findings
from sluicegate.shared.formats.csv_schema.compatibility.implication import ComparisonTooLarge, ProofBudget
from sluicegate.shared.formats.csv_schema.compatibility.layout import Layout, column_layout_findings, prolog_findings
from sluicegate.shared.formats.csv_schema.model import CsvSchema
from sluicegate.shared.model import Finding


def compare(reader: CsvSchema, writer: CsvSchema) -> tuple[Finding, ...]:
    """Return at most `MAX_FINDINGS` reasons why CSV of `writer` may not fit `reader`.

    A missing proof is a reason, too.
    """
    if reader == writer:
        return ()
    return tuple(islice(_findings(reader, writer), MAX_FINDINGS))


def _findings(reader: CsvSchema, writer: CsvSchema) -> Iterator[Finding]:
    yield from prolog_findings(reader, writer)
    layout = Layout(reader, writer)
    yield from column_layout_findings(layout)
    budget = ProofBudget()
    try:
        for new, old in layout.pairs():
            yield from column_findings(new, old, budget)
    except ComparisonTooLarge:
        yield finding(
            CsvChange.COMPARISON_TOO_LARGE, "", "The rules are too many, or too deeply joined, to be compared",
            "Use fewer alternatives in one column, or spread them over several schemas",
        )  # fmt: skip
