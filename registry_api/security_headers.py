"""Headers of each answer that tell browsers to trust its content with nothing.

Source: OWASP's REST Security Cheat Sheet, section "Security Headers".
"""

from collections.abc import Mapping
from typing import Final

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
