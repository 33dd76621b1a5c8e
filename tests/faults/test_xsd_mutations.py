"""XML schemas of all tests, and those of UBL, changed at random: as `tests/unit/formats/xsd/test_mutations.py`, and longer."""

from pathlib import Path

import pytest

from tests.fixtures.ubl import ubl
from tests.unit.formats.xsd.corpus import SCHEMAS
from tests.unit.formats.xsd.mutation import mutated
from tests.unit.formats.xsd.test_mutations import Registering, unequal

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

REGISTRATIONS = 20_000
GROUPS = 3_000
UBL_REGISTRATIONS = 2_000


def test_registration_of_changed_schemas_is_never_500() -> None:
    registering = Registering()
    for seed in range(REGISTRATIONS):
        registering.register(mutated(seed, SCHEMAS))
    assert registering.statuses


def test_registration_of_changed_ubl_documents_is_never_500(ubl_jars: Path) -> None:
    found = ubl(ubl_jars, "2.4")
    texts = sorted((each.text for each in found.documents.values()), key=len)
    small = [each for each in texts if len(each) <= 100_000]
    registering = Registering()
    for seed in range(UBL_REGISTRATIONS):
        registering.register(mutated(seed, small))
    assert registering.statuses


def test_schemas_of_one_fingerprint_accept_the_same_documents() -> None:
    assert [found for seed in range(GROUPS) if (found := unequal(seed, SCHEMAS))] == []
