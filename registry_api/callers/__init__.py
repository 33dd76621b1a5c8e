"""The identification of callers: API keys, tokens of OIDC issuers, and names that a trusted proxy gives."""
