"""Whether all documents of one schema are documents of another."""
