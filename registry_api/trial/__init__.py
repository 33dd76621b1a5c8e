"""Trials of new schemas in separate processes: no text can hang, crash or exhaust the `Examiner`."""
