"""What the tests of the registry share."""

import pytest

from tests.fakes.registry_service import Service


@pytest.fixture
def service() -> Service:
    """An empty registry."""
    return Service()
