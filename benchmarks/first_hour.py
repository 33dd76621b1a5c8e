"""The time of each command of docs/tutorials/first-hour.md, as a newcomer waits for it.

Each round is a clone of its own. `--rounds N` sets their number.
"""

import argparse
import statistics
import time
from collections import defaultdict
from pathlib import Path

from benchmarks import machine
from tests.fixtures.tutorial import Step, course, steps

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tutorials" / "first-hour.md"
SECONDS = 300.0
_NAME = 90


def round_trip(found: list[Step], times: dict[int, list[float]]) -> None:
    """Follow the page once, and note the seconds of each step."""
    with course(ROOT) as shells:
        for step in found:
            if step.missing_program() is not None:
                continue
            begun = time.perf_counter()
            code, output = shells.run(step, SECONDS)
            took = time.perf_counter() - begun
            if code != step.exit_code:
                raise SystemExit(f"{step.name}: exit code {code}\n{output}")
            times[step.number].append(took)


def main() -> None:
    """Print the median and the range of each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    found, times = steps(PAGE.read_text(encoding="utf-8")), defaultdict[int, list[float]](list)
    for _ in range(rounds):
        round_trip(found, times)
    print(f"{machine.name()}; seconds, median of {rounds} rounds (range)")
    for step in found:
        took = times[step.number]
        figures = f"{statistics.median(took):6.2f} ({min(took):.2f} to {max(took):.2f})" if took else "  not installed"
        print(f"{figures:<26} {step.name[:_NAME]}")
    whole = [sum(times[step.number][number] for step in found if times[step.number]) for number in range(rounds)]
    print(f"{statistics.median(whole):6.2f} the whole page")


if __name__ == "__main__":
    main()
