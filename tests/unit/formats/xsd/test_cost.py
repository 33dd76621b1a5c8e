"""The cost of large schemas: their rules are checked once, however often they are asked for."""

import sys
from collections.abc import Callable
from types import FrameType

from tests.unit.formats.xsd.builders import ENGINE, parsed

XS = "http://www.w3.org/2001/XMLSchema"
TYPES = 200


def _schema() -> str:
    types = "".join(
        f'<xs:complexType name="t{number}"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>'
        f"</xs:complexType>"
        for number in range(TYPES)
    )
    return f'<xs:schema xmlns:xs="{XS}">{types}<xs:element name="r" type="t0"/></xs:schema>'


def _calls(step: Callable[[], object]) -> int:
    count = 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        step()
    finally:
        sys.setprofile(before)
    return count


def test_compilation_checks_no_rules_again() -> None:
    schema = parsed(_schema())
    checked = _calls(lambda: ENGINE.violations(schema))
    assert _calls(lambda: ENGINE.compile(schema)) * 4 < checked
