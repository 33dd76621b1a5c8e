"""The identification of callers: API keys, tokens of OIDC issuers, and names from a trusted proxy."""
