"""URIs: RFC 2396 as in `java.net.URI`, which the reference uses, with non-ASCII letters."""

import re
from typing import Final

_ESCAPE: Final = r"%[0-9A-Fa-f]{2}"
_OTHER: Final = r"[^\x00-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_PATH: Final = rf"(?:[A-Za-z0-9\-_.!~*'();:@&=+$,/]|{_ESCAPE}|{_OTHER})"
_NO_COLON: Final = rf"(?:[A-Za-z0-9\-_.!~*'();@&=+$,]|{_ESCAPE}|{_OTHER})"
_ANY: Final = rf"(?:[A-Za-z0-9\-_.!~*'();:@&=+$,/?\[\]]|{_ESCAPE}|{_OTHER})"
_HOST: Final = r"\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.\-]+)?\]"
_NAME: Final = rf"(?:[A-Za-z0-9\-_.!~*'();:@&=+$,]|{_ESCAPE}|{_OTHER})+"
_AUTHORITY: Final = rf"(?:(?:[A-Za-z0-9\-_.!~*'();&=+$,]+@)?{_HOST}(?::[0-9]*)?|{_NAME})"
_HIERARCHY: Final = rf"(?://{_AUTHORITY}(?:/{_PATH}*)?|//(?=/){_PATH}*|/(?!/){_PATH}*)"
_QUERY: Final = rf"(?:\?{_ANY}*)?"
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*:"

_URI: Final = re.compile(
    rf"(?:(?:{_SCHEME})?{_HIERARCHY}{_QUERY}|{_SCHEME}(?!/){_ANY}+|(?:{_NO_COLON}+(?:/{_PATH}*)?)?{_QUERY})(?:#{_ANY}*)?"
)


def is_uri(cell: str) -> bool:
    """Whether a cell is a URI or a relative reference. The empty one is."""
    return _URI.fullmatch(cell) is not None
