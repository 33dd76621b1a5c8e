"""Checking of payloads."""
