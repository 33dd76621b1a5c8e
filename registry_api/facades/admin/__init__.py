"""The API of administration: keys, grants, explanations, and the audit."""
