"""Moving whole registries: between registries, and to and from files that git can hold.

All of it over Confluent's API.
"""
