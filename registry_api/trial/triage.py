"""The registry's `Examiner`: cheap texts are checked at once, others in processes."""

from collections.abc import Callable, Sequence
from typing import Final

from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.shared.formats.division import Divisible
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource, is_plain, weight
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode

MAX_STEPS: Final = 10_000
"""Maximum of steps of comparisons in this process: some microseconds each."""

STEPS_OF_READING: Final = 100
"""Steps that reading a registered version costs at least."""


class Triage:
    """`Examiner` over two others.

    Most schemas are small and simple: asking another process costs more than judging them.
    """

    def __init__(
        self, trials: TrialExaminer, engine: Callable[[SchemaFormat], FormatEngine], metrics: Metrics | None = None
    ) -> None:
        """Use the checks in other processes, and the engines for checks in this one."""
        self._trials = trials
        self._engine = engine
        self._here = EngineExaminer(engine)
        self._spared = (metrics or Metrics()).trials.labels("spared").inc

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """See `Examiner`."""
        if not is_plain(self._engine(schema_format), source):
            return self._trials.content(schema_format, source, validity)
        self._spared()
        return self._here.content(schema_format, source, validity)

    def divisible(self, schema_format: SchemaFormat) -> Divisible | None:
        """See `Examiner`."""
        return self._here.divisible(schema_format)

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
        policy: Policy | None = None,
    ) -> tuple[Incompatibility, ...]:
        """See `Examiner`."""
        if not self.soon_compared(schema_format, candidate, history):
            return self._trials.incompatibilities(schema_format, mode, candidate, history, policy)
        self._spared()
        return self._here.incompatibilities(schema_format, mode, candidate, history, policy)

    def soon_compared(
        self, schema_format: SchemaFormat, candidate: SchemaSource, history: Sequence[NumberedSource]
    ) -> bool:
        """Whether a schema is compared with each of some others in few steps. False: unknown."""
        engine = self._engine(schema_format)
        own = weight(engine, candidate)
        if own is None:
            return False
        left = MAX_STEPS
        for each in history:
            other = weight(engine, each.source)
            left -= MAX_STEPS if other is None else STEPS_OF_READING + own * other
            if left <= 0:
                return False
        return True

    def close(self) -> None:
        """End every process. Idempotent."""
        self._trials.close()
