"""Shared parts of the registry's tests."""

import pytest

from tests.fakes.registry_service import Service


@pytest.fixture
def service() -> Service:
    """An empty registry."""
    return Service()
