-- Versions that may share the content of another text or of other references: the identity of their content may not be theirs. A file of
-- its own: it locks only the rows that it writes.

update sluicegate.version v set regular = null
where v.regular is not null
    and (v.text is not null or exists (select from sluicegate.reference r where r.version_id = v.id));
