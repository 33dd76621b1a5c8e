"""The database's address, checked before anything connects to it."""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sluicegate.shared.errors import SettingsInvalid


def require_address(url: str, setting: str = "database_url") -> None:
    """Raise `SettingsInvalid` with the name of the setting unless PostgreSQL understands the address.

    The text of libpq's error is left out: it quotes the address, so parts of the password.
    """
    try:
        url.encode()
        conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        message = (
            f"{setting}: not an address of PostgreSQL (postgresql://user:password@host:port/database). "
            f"Percent-encode / @ : % in the user and the password (environment: SLUICEGATE_REGISTRY_{setting.upper()})"
        )
        raise SettingsInvalid([message]) from None
