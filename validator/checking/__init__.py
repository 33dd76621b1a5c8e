"""Checks in separate processes, for payloads that may take too long.

No payload can hang or exhaust the `LimitedChecker`.
"""
