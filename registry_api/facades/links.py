"""Links from a page of a listing to its neighbours (RFC 8288)."""

from urllib.parse import urlencode

from flask import request


def link(relation: str, **place: int | None) -> str:
    """Return a link to another page of the listing that is being answered, relative to the host.

    `place` replaces the request's parameters of these names; None leaves a parameter out.
    """
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in place]
    given = [(name, str(value)) for name, value in place.items() if value is not None]
    query = urlencode([*kept, *given])
    return f'<{request.path}?{query}>; rel="{relation}"'
