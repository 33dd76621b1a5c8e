-- The statements about subjects, which use those of `schemas.sql`. `-- name: x` opens one; `{x}` in
-- it stands for the statement `x`.

-- name: resolved
{target}

-- name: subject_version
with t as materialized ({target})
select {read_columns}
{from_versions}
where (s.context, s.subject) = (select t.context, t.subject from t) and v.number = %(number)s

-- name: newest_version
with t as materialized ({target})
select {read_columns}
{from_versions}
where (s.context, s.subject) = (select t.context, t.subject from t) and v.deactivated_at is null
order by v.number desc
limit 1

-- name: numbers
with t as materialized ({target})
select v.number, v.deactivated_at is not null
from sluicegate.schema s join sluicegate.version v on v.schema_id = s.id
where (s.context, s.subject) = (select t.context, t.subject from t)
order by v.number

-- name: version_with
with t as materialized ({target})
select {read_columns}
{from_versions}
where (s.context, s.subject) = (select t.context, t.subject from t) and v.content_id = %(global_id)s
order by v.number desc
limit 1

-- name: identified
select {read_columns}
{from_versions}
where v.context = %(context)s and v.content_id = %(global_id)s and {readable}
order by v.deactivated_at is not null, v.deprecated_at is not null, v.id
limit 1

-- name: holders
select s.context, s.subject, v.number, v.deactivated_at is not null
from sluicegate.version v join sluicegate.schema s on s.id = v.schema_id
where v.context = %(context)s and v.content_id = %(global_id)s
order by s.subject, v.number

-- name: ids_of_guid
select c.context, min(c.id) from sluicegate.content c where c.guid = %(guid)s::uuid and c.purged_at is null group by c.context order by c.context

-- name: max_id
select coalesce(max(c.id), 0) from sluicegate.content c where c.context = %(context)s

-- name: in_prefix
(%(context)s = '*' or s.context = %(context)s) and s.subject ^@ %(subject)s

-- name: subjects
select s.context, s.subject, not exists (select from sluicegate.version v where v.schema_id = s.id and v.deactivated_at is null)
from sluicegate.schema s
where {in_prefix}

-- The same for callers with roles on few subjects.
-- name: readable_subjects
select s.context, s.subject, not exists (select from sluicegate.version v where v.schema_id = s.id and v.deactivated_at is null)
from unnest(%(range_contexts)s::text[], %(range_firsts)s::text[], %(range_ends)s::text[]) as r (context, first, behind)
join sluicegate.schema s on s.context = r.context and s.subject >= r.first and s.subject < r.behind
where {in_prefix}

-- name: namesakes
select s.context, s.subject from sluicegate.schema s where s.subject = %(subject)s and s.context <> '.' order by s.context

-- The bytes that a version takes in an answer. The length of a text is known without reading it.
-- name: version_bytes
1000 + octet_length(coalesce(v.text, c.text))
    + coalesce(octet_length(c.metadata::text), 0) + coalesce(octet_length(c.rules::text), 0)

-- The version after the limit only tells that there are more. The first version is always there.
-- name: listed
with chosen as materialized (
    select v.id, v.number, (case when s.context = '.' and not (s.subject ^@ ':.' or s.subject ^@ ':*:') then s.subject else ':' || s.context || ':' || s.subject end) collate "C" as name,
        {version_bytes} as bytes
    {from_versions}
    where (({in_prefix}) or (s.context, s.subject) in (select * from unnest(%(contexts)s::text[], %(subjects)s::text[])))
        and {readable}
        and case %(deleted)s when 'excluded' then v.deactivated_at is null when 'only' then v.deactivated_at is not null else true end
        and (not %(latest_only)s or not exists (
            select from sluicegate.version w
            where w.schema_id = v.schema_id and w.number > v.number
                and case %(deleted)s when 'excluded' then w.deactivated_at is null when 'only' then w.deactivated_at is not null else true end
        ))
        and (%(rule_type)s::text is null
            or jsonb_path_exists(c.rules, '$.*[*].type ? (@ == $type)', jsonb_build_object('type', %(rule_type)s::text)))
    order by name, v.number
    limit %(limit)s::bigint + 1 offset %(offset)s::bigint
), sized as materialized (
    select id, row_number() over (order by name, number) as place, sum(bytes) over (order by name, number) as bytes from chosen
), fitting as materialized (
    select id, place from sized
    where (place = 1 or bytes <= %(max_bytes)s::bigint) and place <= coalesce(%(limit)s::bigint, place)
)
select (select count(*) from sized) > (select count(*) from fitting), {plain_version_columns}
{from_versions}
join fitting f on f.id = v.id
order by f.place

-- name: referrers
select r.number, s.context, s.subject, v.content_id, v.deactivated_at is not null
from sluicegate.reference r
join sluicegate.version v on v.id = r.version_id
join sluicegate.schema s on s.id = v.schema_id
where r.schema_id = %(schema_id)s and (%(number)s::integer is null or r.number = %(number)s)

-- name: addresses
select wanted.place, s.id, v.number
from unnest(%(contexts)s::text[], %(subjects)s::text[], %(numbers)s::integer[]) with ordinality as wanted (context, subject, number, place)
join sluicegate.schema s on s.context = wanted.context and s.subject = wanted.subject
join sluicegate.version v on v.schema_id = s.id and (
    v.number = wanted.number
    or (wanted.number = -1 and v.number = (
        select max(w.number) from sluicegate.version w where w.schema_id = s.id and w.deactivated_at is null))
)

-- name: contexts
select c.name from sluicegate.context c order by c.name

-- name: scopes
with t as materialized (select %(context)s::text as context, %(subject)s::text as subject)
select ({settings_of_target}), s.compatibility, s.validity, s.compatibility_policy
from t left join sluicegate.schema s on s.context = t.context and s.subject = t.subject and s.subject <> ''

-- name: scoped
select coalesce(x.context, s.context), coalesce(x.subject, s.subject), x.config, x.mode, s.compatibility, s.validity
from sluicegate.setting x
full join (select * from sluicegate.schema y where y.compatibility is not null or y.validity is not null) s on s.context = x.context and s.subject = x.subject
where (%(context)s = '*' or coalesce(x.context, s.context) = %(context)s) and coalesce(x.subject, s.subject) ^@ %(subject)s
order by 1, 2

-- name: lock_subject
with t as materialized ({target})
select s.id from sluicegate.schema s where (s.context, s.subject) = (select t.context, t.subject from t) for no key update

-- name: lock_settings
select pg_advisory_xact_lock(hashtext('sluicegate.setting'), 0)

-- name: delete_versions
select sluicegate.delete_versions(%(schema_id)s, %(numbers)s::integer[], %(permanent)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: lock_with_references
select sluicegate.lock_with_references(%(schema_id)s)

-- name: set_version_states
select missing_schema_id, missing_number
from sluicegate.set_version_states(%(schema_id)s, %(numbers)s::integer[], %(state)s, %(actor)s, %(request_id)s)

-- name: put_setting
select sluicegate.put_setting_2(
    %(context)s, %(subject)s, %(config)s::jsonb, %(validity)s, %(mode)s, %(alias_context)s, %(alias_subject)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: in_scope
(%(context)s = '.__GLOBAL' or (s.context = %(context)s and (%(subject)s = '' or s.subject = %(subject)s)))

-- name: occupied
select exists (
    select from sluicegate.schema s join sluicegate.version v on v.schema_id = s.id and v.deactivated_at is null where {in_scope}
)

-- name: clear_deleted
select sluicegate.clear_deleted(%(context)s, %(subject)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: clear_modes
with cleared as (
    update sluicegate.setting set mode = null where subject <> '' and (%(context)s = '.__GLOBAL' or context = %(context)s)
)
delete from sluicegate.setting
where subject <> '' and (%(context)s = '.__GLOBAL' or context = %(context)s) and config is null

-- name: record_settings_event
select sluicegate.record_settings(%(kind)s, jsonb_build_object('context', %(context)s::text), %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: lock_context
select pg_advisory_xact_lock(hashtext('sluicegate.context'), hashtext(%(context)s))

-- name: is_empty_context
select not exists (select from sluicegate.schema s where s.context = %(context)s)

-- The ids of removed contents stay taken, should the context be used again.
-- name: delete_context
with settings as (
    delete from sluicegate.setting where context = %(context)s
)
delete from sluicegate.context where name = %(context)s
