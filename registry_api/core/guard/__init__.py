"""Authorization in one place, below every API: a store that shows and changes only the resources of the current caller.

An invisible subject is absent: reads leave it out, and the core answers as if it did not exist. So no facade, and no part of the
core, can forget a check.
"""
