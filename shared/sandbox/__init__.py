"""Child processes for work that may hang, crash or exhaust memory.

The kernel limits them; they are reused, and replaced after their end.
"""
