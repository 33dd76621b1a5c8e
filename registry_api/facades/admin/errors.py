"""The API of administration's way to refuse."""

from collections.abc import Callable
from http import HTTPStatus
from types import MappingProxyType

from sluicegate.registry_api.core import errors
from sluicegate.registry_api.core.access.administration import NotFound
from sluicegate.registry_api.facades.refusal import INTERNAL, Refusal, Table, refusal, unavailable
from sluicegate.shared.errors import SluicegateError


def _says(status: HTTPStatus, headers: tuple[tuple[str, str], ...] = ()) -> Callable[[SluicegateError], Refusal]:
    return lambda error: Refusal(status, error.message, headers=headers)


TABLE: Table = MappingProxyType(
    {
        SluicegateError: lambda _: INTERNAL,
        errors.InputInvalid: lambda error: Refusal(HTTPStatus.BAD_REQUEST, error.message, error.violations),
        errors.AccessDenied: _says(HTTPStatus.FORBIDDEN),
        errors.Unauthenticated: _says(HTTPStatus.UNAUTHORIZED, (("WWW-Authenticate", 'Basic realm="sluicegate"'),)),
        NotFound: _says(HTTPStatus.NOT_FOUND),
        errors.Overloaded: unavailable,
        errors.StoreUnavailable: unavailable,
    }
)


def refuse(error: Exception) -> Refusal:
    """Return the refusal of an error."""
    return refusal(TABLE, error)
