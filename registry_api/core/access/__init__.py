"""Access control: roles, resources, grants, and the callers that have them."""
