-- name: key_columns
k.id, k.digest, k.hashing, k.name, k.owner, k.created_by, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.replaces

-- name: grant_columns
g.id, g.principal, g.role, g.context, g.subject, g.prefix, g.created_by, g.created_at

-- name: key
select {key_columns}, coalesce((
    select jsonb_agg(jsonb_build_array(g.role, g.context, g.subject, g.prefix) order by g.id)
    from sluicegate.access_grant g where g.principal = 'key:' || k.id
), '[]')
from sluicegate.api_key k where k.id = %(id)s

-- name: keys
select {key_columns} from sluicegate.api_key k order by k.created_at, k.id

-- name: create_key
select created_at from sluicegate.create_key(
    %(id)s, %(name)s, %(owner)s, %(digest)s, %(hashing)s, %(expires_at)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: rotate_key
select created_at from sluicegate.rotate_key(
    %(old)s, %(until)s, %(id)s, %(digest)s, %(hashing)s, %(expires_at)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: revoke_key
select sluicegate.revoke_key(%(id)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: note_use
with used as (
    update sluicegate.api_key k set last_used_at = %(hour)s
    where k.id = any(%(ids)s) and (k.last_used_at is null or k.last_used_at < %(hour)s)
)
select 1

-- name: granted
select g.role, g.context, g.subject, g.prefix from sluicegate.access_grant g where g.principal = any(%(principals)s) order by g.id

-- name: grants
select {grant_columns} from sluicegate.access_grant g
where (%(principal)s::text is null or g.principal = %(principal)s) order by g.id

-- name: grant
select {grant_columns} from sluicegate.access_grant g where g.id = %(id)s

-- name: add_grant
select {grant_columns} from sluicegate.add_grant(
    %(principal)s, %(role)s, %(context)s, %(subject)s, %(prefix)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s)) g

-- name: remove_grant
select sluicegate.remove_grant(%(id)s, %(actor)s, sluicegate.on_behalf(%(request_id)s, %(origin)s))

-- name: audit
select a.at, a.id, a.principal, a.request_id, a.outcome, a.credential, a.key_id, a.source, a.api, a.operation, a.change,
    a.context, a.subject, a.before, a.after, a.count
from sluicegate.audit a
where (%(principal)s::text is null or a.principal = %(principal)s)
    and (%(context)s::text is null or a.context = %(context)s)
    and (%(subject)s::text is null or a.subject = %(subject)s)
    and (%(operation)s::text is null or a.operation = %(operation)s)
    and (%(outcome)s::text is null or a.outcome = %(outcome)s)
    and (%(since)s::timestamptz is null or a.at >= %(since)s)
    and (%(until)s::timestamptz is null or a.at < %(until)s)
    and (%(before_at)s::timestamptz is null or (a.at, a.id) < (%(before_at)s, %(before_id)s::bigint))
order by a.at desc, a.id desc
limit %(limit)s

-- name: note_audit
with noted as (
    insert into sluicegate.audit
        (at, principal, credential, key_id, source, api, operation, context, subject, request_id, outcome, count)
    select r.* from jsonb_to_recordset(%(rows)s::jsonb) as r (
        at timestamptz, principal text, credential text, key_id text, source text, api text, operation text, context text, subject text,
        request_id text, outcome text, count integer)
)
select 1

-- name: prepare_audit
select sluicegate.prepare_audit(%(retention)s)
