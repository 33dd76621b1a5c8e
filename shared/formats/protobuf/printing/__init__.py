"""Descriptor -> .proto text: the canonical form.

Compiled again, the text gives the same descriptor.
"""
