"""A process that checks payloads as a worker does, under the limits of a trial.

`python -m tests.fakes.validating_child FORMAT`. Its input is a schema and payloads; its output has
a byte for each payload: accepted or not.
"""

import contextlib
import socket
import sys

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat
from sluicegate.shared.sandbox.channel import Channel, ChannelBroken
from sluicegate.shared.sandbox.limits import Limits, Restraint

LIMIT = 128 * 1024 * 1024
ACCEPTED, REJECTED = b"+", b"-"


def main() -> None:
    channel = Channel(socket.socket(fileno=sys.stdin.fileno()))
    engine = catalog.engine(SchemaFormat(sys.argv[1]))
    restraint = Restraint(Limits())
    restraint.start()
    validator = engine.compile(engine.parse(SchemaSource(channel.receive(LIMIT).decode())))
    channel.send(b"compiled")
    with contextlib.suppress(ChannelBroken):
        while True:
            payload = channel.receive(LIMIT)
            restraint.start()
            accepted = validator.accepts(payload)
            rejection = validator.explain(payload)
            assert accepted == (rejection is None)
            assert rejection is None or rejection.violations
            channel.send(ACCEPTED if accepted else REJECTED)


if __name__ == "__main__":
    main()
