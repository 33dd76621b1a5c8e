"""The named statements of `subject_queries.sql`."""

from dataclasses import dataclass, fields
from importlib import resources
from typing import LiteralString

from sluicegate.registry_api.store.queries import parse_statements


@dataclass(frozen=True, slots=True)
class SubjectQueries:
    """The statements that are run."""

    state: LiteralString
    subject_version: LiteralString
    newest_version: LiteralString
    numbers: LiteralString
    version_with: LiteralString
    identified: LiteralString
    holders: LiteralString
    ids_of_guid: LiteralString
    max_id: LiteralString
    subjects: LiteralString
    namesakes: LiteralString
    listed: LiteralString
    referrers: LiteralString
    addresses: LiteralString
    contexts: LiteralString
    scopes: LiteralString
    scoped: LiteralString
    lock_subject: LiteralString
    lock_settings: LiteralString
    lock_for_registration: LiteralString
    register_version: LiteralString
    delete_versions: LiteralString
    put_setting: LiteralString
    occupied: LiteralString
    clear_deleted: LiteralString
    clear_modes: LiteralString
    record_settings_event: LiteralString
    lock_context: LiteralString
    is_empty_context: LiteralString
    delete_context: LiteralString


# The file is part of the program, so its text is as good as a literal.
_STATEMENTS = parse_statements(resources.files(__package__).joinpath("subject_queries.sql").read_text(encoding="utf-8"))

SUBJECT_QUERIES = SubjectQueries(**{field.name: _STATEMENTS[field.name] for field in fields(SubjectQueries)})
