"""The examiners: in this process, in trial processes, and now here, now there."""

import pytest

from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.ports import Examiner
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.shared.formats import catalog
from tests.fixtures.trials import shipped


@pytest.fixture(params=["engines", "trials", "triage"])
def examiner(request: pytest.FixtureRequest) -> Examiner:
    """An examiner over the engines of the catalogue."""
    if request.param == "engines":
        return EngineExaminer(catalog.engine)
    found: TrialExaminer = request.getfixturevalue("trial_examiner")
    return shipped(found) if request.param == "triage" else found
