-- A file of its own: writers of versions wait until the index is built.

create index version_irregular on sluicegate.version (schema_id) where regular is not true;
