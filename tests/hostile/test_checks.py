"""Payloads with endless checks, through the worker's pipeline: each becomes a dead letter.

No other message is delayed.
"""

from collections.abc import Iterator

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.validator.checking.checker import TOO_EXPENSIVE, SandboxedChecker
from sluicegate.validator.model import Code, Invalid
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import headers, message, stored
from tests.hostile.checks import CHECKS, LongCheck
from tests.hostile.conftest import Registry

LIMITS = Limits(seconds=0.5, memory_bytes=384 * 1024 * 1024, growth_bytes=192 * 1024 * 1024, patience_factor=100)
"""A quarter of the time that the worker is shipped with, so that the tests are quick."""

CASES = [pytest.param(case, id=f"{case.format}-{case.name}") for case in CHECKS]


@pytest.fixture(scope="module")
def checker() -> Iterator[SandboxedChecker]:
    found = SandboxedChecker(LIMITS, FormatOptions())
    yield found
    found.close()


@pytest.mark.parametrize("case", CASES)
def test_the_check_is_given_up_and_the_next_message_is_checked(checker: SandboxedChecker, case: LongCheck) -> None:
    own = 2 + CHECKS.index(case)  # a version is immutable, so its text is cached
    schemas = FakeSchemas(stored(), stored(own, text=case.schema, kind=case.format))
    processor = Processor(ByAttributes(Checks(schemas, catalog.engine, 10, checker)))
    head = headers(own)
    first, hostile, again = (message(payload, head=head) for payload in (case.plain, case.payload(), case.plain))
    other = message()

    judged = processor.process([first, hostile, again, other])

    assert judged.valid == [first, again, other]
    ((refused, verdict),) = judged.rejected
    assert refused is hostile
    assert isinstance(verdict, Invalid)
    assert verdict.code is Code.PAYLOAD_INVALID
    assert [each.code for each in verdict.violations] == [TOO_EXPENSIVE]
    assert "0.5 seconds of processor time and 384 MiB of memory" in verdict.reason


@pytest.mark.parametrize("case", CASES)
def test_the_schema_is_registered(registry: Registry, case: LongCheck) -> None:
    answer = registry.post(case.format, case.schema)
    assert answer.status_code in {201, 409}, answer.text
    assert registry.serves()
