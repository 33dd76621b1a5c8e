-- Mark the versions that are there already. A file of its own: it locks only the rows that it writes.

update sluicegate.version v set regular = true
from sluicegate.content c
where c.context = v.context and c.id = v.content_id and c.identity is not null and c.guid is not null
    and not coalesce(c.metadata -> 'properties' ? 'confluent:version', false)
    and not exists (select from sluicegate.reference r where r.version_id = v.id);
