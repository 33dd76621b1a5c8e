"""The database's migrations, plain SQL.

README.md holds the rules, `registry_api.store.migrate` is the runner.
"""
