"""Rewriting of paths: each resource has one address.

`/contexts/{context}/...` names subjects of a context without naming it in each, and two APIs share
some paths at the root. Confluent's server rewrites such paths before routing, and so does this one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX: Final = "/confluent"
"""The prefix of this API; at the root it shares `/schemas` with the native API."""

VENDOR: Final = "vnd.schemaregistry"
OWN_KEYS: Final = frozenset(
    {"subjectPrefix", "aliases", "deleted", "latestOnly", "ruleType", "resourceType", "associationType", "lifecycle"}
)
"""Parameters of this API's listing of schemas that the native one does not have."""

_ALL = ("limit", "-1")
"""All of a listing, which only this API knows to be asked for so."""

_of_apicurio = re.compile(r"/apis/ccompat/v[67](/.*)?", re.DOTALL).fullmatch
"""The paths at which Apicurio Registry serves Confluent's API."""

_below_context = re.compile(r"(/confluent)?/contexts/(:?)(\.[^/:]*)\2(/.*)", re.DOTALL).fullmatch
_below_something = re.compile(r"(?:/confluent)?/contexts/[^/]+/.+", re.DOTALL).fullmatch
_named = re.compile(r"(/(?:compatibility/|associations/)?subjects/|/config/|/mode/)(.+)", re.DOTALL).fullmatch
_SCOPES = frozenset({"/config", "/mode"})
_LISTINGS = frozenset({"/subjects", "/schemas"})


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a request: the decoded path and the encoded query."""

    path: str
    query: str


class ConfluentAddresses:
    """A WSGI application around another: rewrites the addresses of this API."""

    def __init__(self, inner: WSGIApplication) -> None:
        """Use the inner application."""
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Rewrite, and let answer."""
        asked = Target(environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        target = rewritten(asked, environ["REQUEST_METHOD"], environ.get("HTTP_ACCEPT", ""))
        if target != asked:
            environ = {**environ, "PATH_INFO": target.path, "QUERY_STRING": target.query}
        return self._inner(environ, start_response)


def rewritten(asked: Target, method: str, accept: str) -> Target:
    """Where a request is led to; the same when it is there already."""
    target = Target(asked.path.rstrip("/") or "/", asked.query) if _spaced(asked.path) else asked
    apicurio = _of_apicurio(target.path)
    if apicurio is not None:
        target = Target(f"{PREFIX}{apicurio[1] or ''}", target.query)
    below = _below_context(target.path)
    if below is not None:
        target = _in_context(Target(below[4].rstrip("/") or "/", target.query), f":{below[3]}:", below[1] or "")
    if target.path == "/schemas" and method in {"GET", "HEAD"} and (below or _meant(target.query, accept)):
        return Target(f"{PREFIX}/schemas", target.query)
    return target


def misplaced(path: str) -> bool:
    """Return whether a path is below an invalid name of a context."""
    return _below_something(path) is not None and _below_context(path) is None


def _spaced(path: str) -> bool:
    """Whether a path ends in slashes that mean nothing."""
    return len(path) > 1 and path.endswith("/")


def _meant(query: str, accept: str) -> bool:
    """Whether a listing of schemas at the root is this API's."""
    if VENDOR in accept.lower():
        return True
    given = parse_qsl(query, keep_blank_values=True) if query else []
    return any(name in OWN_KEYS or (name, value) == _ALL for name, value in given)


def _in_context(asked: Target, context: str, mount: str) -> Target:
    """Return the target inside a context; `context` with its colons.

    Targets outside all contexts stay unchanged.
    """
    named = _named(asked.path)
    if named is not None:
        own = named[2].startswith(":")
        return Target(f"{mount}{named[1]}{'' if own else context}{named[2]}", asked.query)
    if asked.path in _SCOPES:
        return Target(f"{mount}{asked.path}/{context}", asked.query)
    if asked.path in _LISTINGS:
        return Target(
            asked.path if asked.path == "/schemas" else mount + asked.path, _said(asked.query, "subjectPrefix", context)
        )
    if asked.path.startswith(("/schemas/ids/", "/schemas/guids/")):
        return Target(mount + asked.path, _said(asked.query, "subject", context))
    return Target(mount + asked.path, asked.query)


def _said(query: str, name: str, context: str) -> str:
    """Return a query whose parameter has the context before its former value."""
    given = parse_qsl(query, keep_blank_values=True)
    value = next((value for key, value in given if key == name), "")
    kept = [(key, value) for key, value in given if key != name]
    return urlencode([*kept, (name, value if value.startswith(":") else context + value)])
