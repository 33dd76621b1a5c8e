"""Two registries over one database, with everything done to them at once for a minute."""

import pytest

from tests.fixtures.registry_stress import require_whole, stressed

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SECONDS = 60


def test_all_apis_at_once_lose_nothing_in_a_minute(database_url: str, seed: int) -> None:
    print(f"FAULTS_SEED={seed}")
    require_whole(database_url, stressed(database_url, seed, SECONDS))
