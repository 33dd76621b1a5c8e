"""Authorization below every API: a store with only the resources of the current caller.

Invariant: an invisible subject is absent. Reads leave it out, and the core answers as if it did not
exist, so no facade, and no part of the core, can forget a check.
"""
