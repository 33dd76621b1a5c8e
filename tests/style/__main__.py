"""Check the project's texts: `python -m tests.style [--list] [--lower] [PATH_PREFIX...]`."""

import argparse
import sys
from collections.abc import Mapping

from tests.style import ratchet
from tests.style.texts import texts

MAX_FAULTS = 20


def main() -> int:
    """Print the rates that are too high with their places; return 1 when there are any."""
    options = _options()
    allowed = ratchet.read()
    tallies = ratchet.tally(texts(), allowed)
    if options.lower:
        ratchet.RATCHET.write_text(ratchet.lowered(tallies, allowed), encoding="utf-8")
    if options.list:
        _print_places(tallies, tuple(options.prefix))
        return 0
    above = ratchet.exceeded(tallies, allowed)
    for entry, rates in above.items():
        _print_entry(entry, rates, tallies[entry], allowed)
    return int(bool(above))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.style", description="Check the texts.")
    parser.add_argument("--list", action="store_true", help="print every fault, also those that are allowed")
    parser.add_argument("--lower", action="store_true", help="lower the numbers in ratchet.toml")
    parser.add_argument("prefix", nargs="*", help="with --list: only files whose path starts so")
    return parser.parse_args()


def _print_places(tallies: Mapping[str, ratchet.Tally], prefixes: tuple[str, ...]) -> None:
    for found in tallies.values():
        for fault in found.faults:
            if fault.path.startswith(prefixes or ("",)):
                print(fault)


def _print_entry(entry: str, rates: Mapping[str, float], found: ratchet.Tally, allowed: ratchet.Allowed) -> None:
    for rule, rate in rates.items():
        most = ratchet.limit(entry, rule, allowed)
        print(f"{entry}: {rule}: {rate} in 1,000 words, allowed are {most:.1f}", file=sys.stderr)
        of_rule = [fault for fault in found.faults if fault.rule == rule]
        for fault in of_rule[:MAX_FAULTS]:
            print(f"  {fault}", file=sys.stderr)
        if len(of_rule) > MAX_FAULTS:
            print(f"  and {len(of_rule) - MAX_FAULTS} more: python -m tests.style --list {entry}", file=sys.stderr)
    print("The rules are in docs/contributing/style.md.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
