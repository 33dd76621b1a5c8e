"""The registry's `Examiner`: cheap texts are checked at once, others in processes."""

from collections.abc import Callable, Sequence

from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.shared.formats.division import Divisible
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource, is_plain
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode


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
        """See `Examiner`. Whether two texts are soon compared is not told by each of them alone."""
        return self._trials.incompatibilities(schema_format, mode, candidate, history, policy)

    def close(self) -> None:
        """End every process. Idempotent."""
        self._trials.close()
