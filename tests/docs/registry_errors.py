"""The registry's errors and codes as the code has them, for the page of error codes."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from flask import Flask

from sluicegate.registry_api.core.names import DEFAULT_SCOPE
from sluicegate.registry_api.core.subject_errors import SubjectIncompatible
from sluicegate.registry_api.facades.artifacts import errors as artifacts
from sluicegate.registry_api.facades.confluent import errors as confluent
from sluicegate.registry_api.facades.confluent.faults import BodyUnusable
from sluicegate.registry_api.facades.native import errors as native
from sluicegate.registry_api.facades.refusal import Refusal, Table
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.model import CompatibilityMode
from tests.docs.import_map import ROOT

SEVERAL = {BodyUnusable: "400 or 422"}
"""Errors whose status depends on the request."""


@dataclass(frozen=True)
class Statuses:
    """The statuses of an error in the APIs, and Confluent's code; empty where the API never has it."""

    native: str = ""
    confluent: str = ""
    code: str = ""
    artifacts: str = ""


def statuses() -> Mapping[str, Statuses]:
    """Return the statuses of each error class that a client can meet, by class name."""
    with Flask(__name__).test_request_context():
        return dict(sorted(_statuses()))


def _statuses() -> Iterator[tuple[str, Statuses]]:
    for kind in {*native.TABLE, *confluent.TABLE, *artifacts.TABLE}:
        ours, theirs = _refusal(native.TABLE, kind), _refusal(confluent.TABLE, kind)
        others = _refusal(artifacts.TABLE, kind)
        if kind in SEVERAL:
            yield kind.__name__, Statuses("", SEVERAL[kind], SEVERAL[kind])
            continue
        found = Statuses(
            str(int(ours.status)) if ours else "",
            str(int(theirs.status)) if theirs else "",
            str(int(theirs.code)) if theirs else "",
            str(int(others.status)) if others else "",
        )
        if {found.native, found.confluent, found.artifacts} - {"", "500"}:
            yield kind.__name__, found


def _refusal(table: Table, kind: type[SluicegateError]) -> Refusal | None:
    return table[kind](_instance(kind)) if kind in table else None


def _instance(kind: type[SluicegateError]) -> SluicegateError:
    """Make an error without its constructor, with each attribute that a table may read."""
    error = kind.__new__(kind)
    Exception.__init__(error, "message")
    report = None
    if kind is SubjectIncompatible:
        report = SimpleNamespace(
            compatible=True, compatibility=CompatibilityMode.FULL, reserved=(), incompatibilities=(), failures=()
        )
    vars(error).update(
        violations=(), incompatibilities=(), referrals=(), schema_id=1, number=1, status=400, report=report,
        subject=DEFAULT_SCOPE,
    )  # fmt: skip
    return error


def codes() -> set[str]:
    """Return the codes of violations that the registry itself makes, not a format."""
    modules = (ROOT / "registry_api").rglob("*.py")
    return {code for module in modules for code in _codes(ast.parse(module.read_text(encoding="utf-8")))} | {"enum"}


def _codes(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name("Violation"), args=[_, ast.Constant(str(code)), *_]):
                yield code
            case ast.AnnAssign(target=ast.Name("_SENTENCES"), value=ast.Dict(keys=keys)):
                yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
