"""Database tables: the columns of a table with their SQL types, and rows of it as JSON objects."""
