-- What was given out once is never given to anything else: version numbers in the life of a schema, global ids in the life of a registry.

alter table sluicegate.content
    add column identity  text collate "C",  -- the digest of format, text, references, metadata and rules; null: not known yet
    add column purged_at timestamptz;       -- the id stays taken, with its guid, after the content was removed for good

-- The numbers of versions that were removed for good while their schema stayed.
create table sluicegate.retired_version (
    schema_id bigint      not null references sluicegate.schema (id) on delete cascade,
    number    integer     not null,
    identity  text        collate "C",  -- of its content; null: not known
    retired_at timestamptz not null default now(),
    primary key (schema_id, number)
);

update sluicegate.content set purged_at = now() where fingerprint like 'removed:%';

-- A content with metadata or rules is not the content that the native API knows by the fingerprint of its text.
update sluicegate.content
set fingerprint = encode(sha256(convert_to(fingerprint || ':' || coalesce(guid::text, '') || ':' || id, 'UTF8')), 'hex')
where purged_at is null and (metadata is not null or rules is not null);

-- The release before lowered `last_version` when it removed the newest version; events tell what was given out. Numbers above 2^30 came
-- with imports and would leave no number for the next version.
update sluicegate.schema s
set last_version = given.top
from (
    select numbers.schema_id, coalesce(max(numbers.number) filter (where numbers.number <= 1073741824), 0) as top
    from (
        select v.schema_id, v.number from sluicegate.version v
        union all
        select e.schema_id, e.version from sluicegate.event e
        where e.version is not null and e.kind in ('schema_created', 'version_added')
    ) numbers
    group by numbers.schema_id
) given
where given.schema_id = s.id and given.top <> s.last_version;

insert into sluicegate.retired_version (schema_id, number)
select distinct e.schema_id, e.version
from sluicegate.event e join sluicegate.schema s on s.id = e.schema_id
where e.version is not null and e.kind in ('schema_created', 'version_added')
    and not exists (select from sluicegate.version v where v.schema_id = e.schema_id and v.number = e.version);
