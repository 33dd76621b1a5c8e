"""The two examiners: in this process, and in trial processes."""

import pytest

from registry_api.core.examination import EngineExaminer
from registry_api.core.ports import Examiner
from shared.formats import catalog


@pytest.fixture(params=["engines", "trials"])
def examiner(request: pytest.FixtureRequest) -> Examiner:
    """An examiner over the engines of the catalogue."""
    if request.param == "engines":
        return EngineExaminer(catalog.engine)
    found: Examiner = request.getfixturevalue("trial_examiner")
    return found
