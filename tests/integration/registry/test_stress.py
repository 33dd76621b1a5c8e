"""Everything at once, for a moment. `make faults` does it for longer."""

import pytest

from tests.fixtures.registry_stress import require_whole, stressed

SECONDS = 10


@pytest.mark.timeout(300)
def test_all_apis_at_once_lose_nothing(database_url: str) -> None:
    account = stressed(database_url, seed=1, seconds=SECONDS)
    require_whole(database_url, account)
    assert account.acknowledged
