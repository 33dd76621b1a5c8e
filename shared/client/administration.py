"""The registry's API of administration as calls."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import httpx
from pydantic import BaseModel, TypeAdapter

from sluicegate.shared.client.exchange import Exchange, parsed, refusal

Json: TypeAlias = dict[str, Any]
"""A body as the registry sends it: `/openapi.json` describes it."""

_ONE: Final = TypeAdapter(Json)
_MANY: Final = TypeAdapter(list[Json])


class NewKey(BaseModel):
    """A key to be made."""

    name: str
    owner: str | None = None
    expires_at: datetime | None = None


class Rotation(BaseModel):
    """The ends of the old and the new key."""

    old_expires_at: datetime | None = None
    expires_at: datetime | None = None


class Resource(BaseModel):
    """The cluster, a subject, or the subjects with a prefix."""

    type: str
    name: str | None = None
    prefix: str | None = None
    context: str | None = None


class NewGrant(BaseModel):
    """A role to be given."""

    principal: str
    role: str
    resource: Resource


class AdminClient:
    """Administers one registry. Every method blocks and raises only `ClientError`."""

    def __init__(self, exchange: Exchange) -> None:
        """Take the exchange of a `RegistryClient`."""
        self._exchange = exchange

    def create_key(self, new: NewKey) -> Json:
        """Make a key; the answer shows it once."""
        return self._changed("POST", "/admin/keys", new)

    def rotate_key(self, key_id: str, rotation: Rotation) -> Json:
        """Make a key in the place of another one."""
        return self._changed("POST", f"/admin/keys/{key_id}/rotate", rotation)

    def keys(self) -> list[Json]:
        """List all keys."""
        return self._listed("/admin/keys", {})

    def revoke_key(self, key_id: str) -> None:
        """Revoke a key."""
        self._removed(f"/admin/keys/{key_id}")

    def add_grant(self, new: NewGrant) -> Json:
        """Give a role."""
        return self._changed("POST", "/admin/grants", new)

    def grants(self, principal: str | None) -> list[Json]:
        """List the grants on the resources that the caller manages."""
        return self._listed("/admin/grants", {} if principal is None else {"principal": principal})

    def remove_grant(self, grant_id: int) -> None:
        """Take a role away."""
        self._removed(f"/admin/grants/{grant_id}")

    def explain(self, params: Mapping[str, str]) -> Json:
        """Ask whether a principal may do something, and why."""
        return parsed(_fine(self._exchange.read("GET", "/admin/explain", params=params)), _ONE)

    def audit(self, params: Mapping[str, str]) -> Json:
        """Read a page of the audit."""
        return parsed(_fine(self._exchange.read("GET", "/admin/audit", params=params)), _ONE)

    def _listed(self, path: str, params: Mapping[str, str]) -> list[Json]:
        return parsed(_fine(self._exchange.read("GET", path, params=params)), _MANY)

    def _changed(self, method: str, path: str, body: BaseModel) -> Json:
        return parsed(_fine(self._exchange.change(method, path, body=body), HTTPStatus.CREATED), _ONE)

    def _removed(self, path: str) -> None:
        _fine(self._exchange.change("DELETE", path), HTTPStatus.NO_CONTENT)


def _fine(response: httpx.Response, expected: HTTPStatus = HTTPStatus.OK) -> httpx.Response:
    if response.status_code != expected:
        raise refusal(response)
    return response
