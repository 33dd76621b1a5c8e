"""Examples of requests, for the OpenAPI document."""

from typing import Final

SCHEMA: Final = '{"type":"record","name":"Citizen","fields":[{"name":"firstName","type":"string"}]}'
RULE: Final = {"type": "COMPATIBILITY", "config": "BACKWARD"}
STATE: Final = {"state": "DEPRECATED"}
