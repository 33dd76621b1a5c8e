"""Subjects: schemas addressed by a context and a name, with versions, ids for contents, settings for scopes, and deletion in two steps.

The same rows as those of `registry_api.core.service`; the words and rules are those of Confluent's Schema Registry.
"""
