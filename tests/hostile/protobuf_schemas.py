"""To be written."""

from tests.hostile.case import HostilePair, HostilePayload, HostileSchema

SCHEMAS: list[HostileSchema] = []
PAYLOADS: list[HostilePayload] = []
PAIRS: list[HostilePair] = []
