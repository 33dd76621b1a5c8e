"""One JSON object in a line, from every logger."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from sluicegate.shared import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_our_events_and_the_libraries_records_are_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("registry", "info")

    logs.logger().info("schema registered", schema_id=7)
    logging.getLogger("library").warning("slow %s", "thing")
    logs.logger().debug("not shown")

    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["schema_id"], ours["level"], ours["service"]) == (
        "schema registered",
        7,
        "info",
        "registry",
    )
    assert (theirs["event"], theirs["level"]) == ("slow thing", "warning")


def test_an_exception_carries_its_traceback_in_the_same_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("registry")

    try:
        raise ValueError("broken")
    except ValueError:
        logs.logger().exception("failed")

    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: broken" in json.loads(line)["exception"]
