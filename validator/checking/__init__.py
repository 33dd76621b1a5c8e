"""Payloads that may take too long are checked in a process that may be ended: a `LimitedChecker` that no payload can hang or exhaust."""
