"""Rows as JSON objects: their values, and whether they fit."""
