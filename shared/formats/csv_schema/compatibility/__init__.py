"""Whether all CSV that fits one schema fits another one: proven, or not."""
