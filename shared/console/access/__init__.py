"""Commands for keys, grants and the audit."""
