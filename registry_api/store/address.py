"""The database's address, checked before anything connects to it."""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sluicegate.shared.errors import SettingsInvalid


def require_address(url: str) -> None:
    """Raise `SettingsInvalid` unless PostgreSQL understands the address.

    The text of libpq's error is left out: it quotes the address, so parts of the password.
    """
    try:
        url.encode()
        conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        message = (
            "database_url: not an address of PostgreSQL (postgresql://user:password@host:port/database). "
            "Percent-encode / @ : % in the user and the password (environment: SLUICEGATE_REGISTRY_DATABASE_URL)"
        )
        raise SettingsInvalid([message]) from None
