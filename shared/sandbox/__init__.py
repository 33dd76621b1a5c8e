"""Child processes that do what may hang, crash or exhaust whoever does it: limited by the kernel, kept, and replaced when they end."""
