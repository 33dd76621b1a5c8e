"""New schemas are tried in processes that may be ended: an `Examiner` that no text can hang, crash or exhaust."""
