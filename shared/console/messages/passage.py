"""The work of `sluicegate send` and `sluicegate receive`; both take the options of their command."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from sluicegate.shared.console import layout
from sluicegate.shared.console.command import REFUSED, UNREACHABLE, Session
from sluicegate.shared.console.documents import STDIN
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.messages import display, extent
from sluicegate.shared.console.messages.composition import Composer, Wish
from sluicegate.shared.console.messages.display import PayloadReader
from sluicegate.shared.console.messages.kafka import Headers, KafkaRecord, KafkaTopics
from sluicegate.shared.console.messages.schemas import SchemaCache
from sluicegate.shared.console.messages.watch import Destinations, Watch, WatchedOutcome


def send(session: Session, options: Mapping[str, Any]) -> int:
    """Send messages, show their way, and return the exit code."""
    wish = Wish(
        options["schema"], _headers(options["headers"]), options["message_type"], options["frame"], options["raw"]
    )
    composer = Composer(wish, SchemaCache(session.client))
    payloads = [composer.payload(text, where) for text, where in _texts(options["file"], lines=options["lines"])]
    key = None if options["key"] is None else options["key"].encode()
    destinations = Destinations(options["valid"], options["dead_letter"])
    with KafkaTopics(options["bootstrap"], dict(options["config"])) as topics:
        watch = Watch(topics, destinations, session.around.clock) if options["wait"] else None
        sent = [topics.send(options["topic"], key, composer.headers, payload) for payload in payloads]
        if watch is None:
            _say(session, [WatchedOutcome(record, None) for record in sent], composer, waited=False)
            return 0
        outcomes = watch.follow(sent, options["wait"], lambda _: None)
    _say(session, outcomes, composer, waited=True, missing=watch.missing)
    return _code(outcomes)


def receive(session: Session, options: Mapping[str, Any]) -> None:
    """Show the messages of topics."""
    topics, follow, bootstrap = options["topics"], options["follow"], options["bootstrap"]
    reader = PayloadReader(
        SchemaCache(session.client), lambda note: layout.show(layout.plain(note), err=True), raw=options["raw"]
    )
    with KafkaTopics(bootstrap, dict(options["config"])) as broker:
        bounds = broker.bounds(broker.places(topics))
        absent = [topic for topic in topics if topic not in {place.topic for place in bounds}]
        if absent and not follow:
            raise InputUnusable(f"The broker at {bootstrap} has no topic {absent[0]!r}.")
        firsts = {place: first for place, (first, _) in bounds.items()}
        starts = firsts if options["last"] is None else extent.last_starts(broker, bounds, options["last"])
        endless = (record for record in broker.read(starts) if isinstance(record, KafkaRecord))
        records = endless if follow else extent.held(broker, starts)
        try:
            for number, record in enumerate(records, start=1):
                _show(session, record, reader)
                if number == options["limit"]:
                    break
        except KeyboardInterrupt:
            return


def _show(session: Session, record: KafkaRecord, reader: PayloadReader) -> None:
    content = reader.content(record)
    if session.output.as_json:
        click.echo(json.dumps(display.as_json(record, content), ensure_ascii=False))
    else:
        layout.show(*display.lines(record, content))
    sys.stdout.flush()


def _headers(pairs: Sequence[tuple[str, str]]) -> Headers:
    return tuple((name, value.encode()) for name, value in pairs)


def _texts(file: str, *, lines: bool) -> Iterator[tuple[bytes, str]]:
    """Yield each message of a file with its place, for error messages. Raises `InputUnusable`."""
    title = "standard input" if file == STDIN else file
    try:
        content = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputUnusable(f"{title} cannot be read: {reason}.") from error
    if not lines:
        yield content, title
        return
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            yield line, f"Line {number} of {title}"


def _code(outcomes: Sequence[WatchedOutcome]) -> int:
    if any(each.arrived is None for each in outcomes):
        return UNREACHABLE
    return 0 if all(each.is_valid for each in outcomes) else REFUSED


def _say(
    session: Session,
    outcomes: Sequence[WatchedOutcome],
    composer: Composer,
    *,
    waited: bool,
    missing: Sequence[str] = (),
) -> None:
    schema = composer.schema
    named = (
        "no schema named" if schema is None else f"schema {schema.schema_id} version {schema.number}, {schema.format}"
    )
    parts = []
    for each in outcomes:
        sent = each.sent
        size = len(sent.payload or b"")
        parts.append(f"Sent to {sent.place.topic}/{sent.place.partition}/{sent.offset}: {size} bytes, {named}.")
        if waited:
            parts.append(_result(each, missing))
    session.output.answer([_outcome_json(each) for each in outcomes], [layout.plain(part) for part in parts])


def _result(outcome: WatchedOutcome, missing: Sequence[str]) -> str:
    if outcome.arrived is None:
        hint = f" The broker has no topic {missing[0]!r}; name the right one." if missing else ""
        return f"Unknown: no validator has passed it on.{hint} Is a validator running?"
    place, offset = outcome.arrived.place, outcome.arrived.offset
    where = f"{place.topic}/{place.partition}/{offset}"
    if outcome.is_valid:
        return f"Valid: arrived at {where} after {outcome.milliseconds} ms."
    return f"Dead letter: arrived at {where} after {outcome.milliseconds} ms. {outcome.code}: {outcome.reason}"


def _outcome_json(outcome: WatchedOutcome) -> dict[str, Any]:
    sent, arrived = outcome.sent, outcome.arrived
    result = "unknown" if arrived is None else "valid" if outcome.is_valid else "dead_letter"
    return {
        "topic": sent.place.topic,
        "partition": sent.place.partition,
        "offset": sent.offset,
        "result": result,
        "arrived": None if arrived is None else arrived.address.removeprefix("kafka://"),
        "milliseconds": outcome.milliseconds,
        "code": outcome.code,
        "reason": outcome.reason,
    }
