"""Checking payloads: one binary datum, strictly, without building its values."""
