"""Requests to an Apicurio registry: single answers, listings in pages, and many answers at once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from sluicegate.shared.client.exchange import Exchange, Shape, parsed, refusal
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer.apicurio_bodies import ApicurioPage, FoundRule, Item

_THREADS: Final = 8
_PAGE: Final = 500
"""Items of a page. A registry that gives fewer is asked more often."""

_NAMES: Final = TypeAdapter(tuple[str, ...])
_RULE: Final = TypeAdapter(FoundRule)
_DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class ApicurioReading:
    """Reads below one base path. Thread-safe; raises `ClientError`."""

    def __init__(self, exchange: Exchange, base: str) -> None:
        """Take the exchange, and the path before those of the API."""
        self._exchange = exchange
        self._base = base

    def found(self, path: str, shape: TypeAdapter[Shape]) -> Shape | None:
        """An answer; None where there is no such thing."""
        response = self._get(path)
        return None if response.status_code == HTTPStatus.NOT_FOUND else parsed(_fine(response), shape)

    def text(self, *paths: str) -> bytes | None:
        """A text at the first of some paths that has it."""
        for path in paths:
            response = self._exchange.read("GET", self._base + path, accept="*/*")
            if response.status_code != HTTPStatus.NOT_FOUND:
                return _fine(response).content
        return None

    def listing(self, path: str, shape: TypeAdapter[ApicurioPage[Item]]) -> Iterator[Item]:
        """Yield the items of all pages.

        Raises `InputUnusable` if the number of all items changes from page to page: a page may miss
        some then.
        """
        separator = "&" if "?" in path else "?"
        seen, whole = 0, -1
        while seen < whole or whole < 0:
            page = parsed(_fine(self._get(f"{path}{separator}limit={_PAGE}&offset={seen}")), shape)
            if whole not in (-1, page.count) or (not page.items and seen < page.count):
                raise InputUnusable(
                    f"The listing {path.partition('?')[0]} of the registry to copy changed while it was read, at item "
                    f"{seen} of {page.count}. Run it again."
                )
            yield from page.items
            seen, whole = seen + len(page.items), page.count

    def rules(self, path: str) -> tuple[FoundRule, ...]:
        """The rules below a path; none where there is no such thing."""
        names = self.found(path, _NAMES) or ()
        found = (self.found(f"{path}/{named(name)}", _RULE) for name in names)
        return tuple(rule for rule in found if rule is not None)

    def allowed_rules(self, path: str) -> tuple[FoundRule, ...] | None:
        """The same; None if the caller may not read them, as they are for administrators."""
        return None if self._get(path).status_code in _DENIED else self.rules(path)

    def each(self, function: Callable[[Asked], Answered], asked: Iterable[Asked]) -> Iterator[Answered]:
        """Yield the results in the order of the arguments; some are asked for at a time."""
        with ThreadPoolExecutor(_THREADS) as threads:
            yield from threads.map(function, asked)

    def _get(self, path: str) -> httpx.Response:
        return self._exchange.read("GET", self._base + path)


def named(text: str) -> str:
    """A name as a part of a path."""
    return quote(text, safe="")


def _fine(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise refusal(response)
    return response
