"""Every facade's table: no error class is left to chance."""

import inspect
from collections.abc import Iterator

import pytest
from werkzeug.exceptions import HTTPException, ImATeapot, InternalServerError

import sluicegate.registry_api.core.errors
import sluicegate.shared.errors
from sluicegate.registry_api.core.errors import ExaminerBusy, RegistryError, StoreUnavailable
from sluicegate.registry_api.facades.native import errors as native
from sluicegate.registry_api.facades.ops import routes as ops
from sluicegate.registry_api.facades.refusal import INTERNAL, refusal
from sluicegate.shared.errors import CompilerUnavailable, PayloadUnusable, SettingsInvalid, SluicegateError


def error_classes() -> Iterator[type[SluicegateError]]:
    """Every error that the core, the formats or the native facade itself may raise."""
    for module in (sluicegate.shared.errors, sluicegate.registry_api.core.errors, native):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, SluicegateError):
                yield found


def test_every_error_class_is_in_the_native_table() -> None:
    of_clients = {PayloadUnusable}  # the registry makes no payloads
    assert set(error_classes()) - of_clients == set(native.TABLE)


def test_the_ops_routes_know_what_they_may_meet() -> None:
    assert refusal(ops.TABLE, StoreUnavailable()).status == 503
    assert {refusal(ops.TABLE, error).status for error in (RegistryError(), SettingsInvalid([]))} == {500}


@pytest.mark.parametrize("error", [StoreUnavailable(), ExaminerBusy(), CompilerUnavailable()])
def test_what_will_be_again_is_to_be_asked_for_again(error: SluicegateError) -> None:
    found = native.refuse(error)
    assert (found.status, dict(found.headers)["Retry-After"]) == (503, "2")


def test_an_error_without_a_row_is_answered_as_its_nearest_ancestor() -> None:
    class Newer(StoreUnavailable):
        """Something newer."""

    assert refusal(native.TABLE, Newer()).status == 503


@pytest.mark.parametrize("error", [ValueError("secret"), SluicegateError("secret"), InternalServerError("secret")])
def test_what_nobody_foresaw_is_ours_and_tells_nothing(error: Exception) -> None:
    assert native.refuse(error) == INTERNAL


def test_http_errors_keep_their_status_and_sentence() -> None:
    error: HTTPException = ImATeapot("short and stout")
    found = native.refuse(error)
    assert (found.status, found.message) == (418, "short and stout")
