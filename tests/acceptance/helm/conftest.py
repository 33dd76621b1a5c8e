"""Brokers at either end of a validator, as for pairs of brokers."""

from tests.acceptance.pairs.conftest import make_end

__all__ = ["make_end"]
