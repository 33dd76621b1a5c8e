"""Clients of the registries: they keep connections, and repeat requests as `Retry-After` says."""

import json
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import httpx

from benchmarks.rehearsal.ledger import Ledger
from sluicegate.shared.clock import SystemClock

PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0


class RequestFailed(Exception):
    """No good answer within the patience of the client."""


class Client:
    """One connection that is kept."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        """`url` is the balancer's."""
        self._http = httpx.Client(base_url=url, timeout=PATIENCE_SECONDS)
        self._clock = SystemClock()
        self._ledger = ledger

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the JSON of a good answer, and count it. Raises `RequestFailed`."""
        phase, begin, repeated = self._ledger.phase, self._clock.monotonic(), list[str]()
        while True:
            answer: httpx.Response | None = None
            try:
                answer = self._http.request(method, path, json=body)
                trouble = f"{answer.status_code} {answer.text}"
            except httpx.HTTPError as error:
                trouble = repr(error)
            if answer is not None and (answer.is_success or registered(answer)):
                self._ledger.request(phase, self._clock.monotonic() - begin, repeated)
                return answer.json()
            if self._clock.monotonic() - begin > PATIENCE_SECONDS or not _again(answer):
                self._ledger.failure(f"{method} {path}: {trouble}")
                raise RequestFailed(trouble)
            repeated.append(f"{method} {trouble[:80]}")
            self._clock.wait(_pause(answer), Event())

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


@dataclass
class Caller:
    """A team's pipeline: registers schemas in sequence, and reads each of them."""

    name: str
    client: Client
    acknowledged: dict[str, int] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin in a thread."""
        self._thread = Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the present request."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.client.close()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(_PAUSE_SECONDS):
            number += 1
            try:
                self._register(f"{self.name}-{number}")
            except RequestFailed:
                continue  # the ledger has it

    def _register(self, subject: str) -> None:
        body = {"schemaType": "JSON", "schema": text(subject)}
        identifier = self.client.ask("POST", f"/subjects/{subject}/versions", body)["id"]
        self.acknowledged[subject] = identifier
        self.client.ask("GET", f"/schemas/ids/{identifier}")
        self.client.ask("GET", f"/subjects/{subject}/versions/latest")


def text(subject: str) -> str:
    """The schema of a subject."""
    return json.dumps({"const": subject})


def registered(answer: httpx.Response) -> bool:
    """Whether an answer says that the very text has a version, and names it.

    A registration whose answer was lost, and which the balancer or the client repeats, is answered
    so by our own operations. A refusal names no version.
    """
    if answer.status_code != httpx.codes.CONFLICT:
        return False
    body = answer.json()
    return bool(body.get("identification") and body.get("version"))


def _again(answer: httpx.Response | None) -> bool:
    """Whether a good client repeats the request: no answer, the balancer's error, `Retry-After`."""
    return answer is None or answer.status_code in {502, 503, 504} or "Retry-After" in answer.headers


def _pause(answer: httpx.Response | None) -> float:
    """Return seconds until the next attempt."""
    told = None if answer is None else answer.headers.get("Retry-After")
    return min(float(told), _LONGEST_PAUSE_SECONDS) if told else 0.2
