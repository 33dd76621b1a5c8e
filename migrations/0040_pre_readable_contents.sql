-- A publisher has a content already only where its caller may read it: an invisible schema is absent. The caller's readable subjects are
-- sorted ranges of `context:name` in settings of the transaction; empty settings mean all subjects, so the release before is not filtered.

-- The first argument, after the ranges were noted for this transaction. It stands where an argument of the call is evaluated first.
create function sluicegate.reading(p_argument text, p_firsts text, p_ends text) returns text language sql volatile as $$
    select case
        when set_config('sluicegate.readable_firsts', p_firsts, true) is null then null
        when set_config('sluicegate.readable_ends', p_ends, true) is null then null
        else p_argument
    end
$$;

create function sluicegate.is_readable(p_context text, p_subject text) returns boolean language sql stable as $$
    select coalesce(current_setting('sluicegate.readable_ends', true), '') = '' or coalesce(
        (p_context || ':' || p_subject) collate "C" < (current_setting('sluicegate.readable_ends')::text[])[
            width_bucket(
                (p_context || ':' || p_subject) collate "C", current_setting('sluicegate.readable_firsts')::text[])
        ], false)
$$;

-- The active version of a publisher with a fingerprint in the default context: of the lowest schema, the newest. Versions with metadata or
-- rules are found by their identity alone.
create or replace function sluicegate.published(
    p_publisher_id text, p_fingerprint text
) returns table (schema_id bigint, number integer) language sql stable as $$
    with found as materialized (  -- a join would read all contents, by a plan made while the table was empty
        select c.id from sluicegate.content c where c.context = '.' and c.fingerprint = p_fingerprint
    ), chosen as materialized (
        select v.id
        from found f join sluicegate.version v on v.context = '.' and v.content_id = f.id
        where v.fingerprint is null
        union
        select v.id
        from sluicegate.version v join sluicegate.content c on c.context = v.context and c.id = v.content_id
        where v.fingerprint = p_fingerprint and v.context || '' = '.' and c.metadata is null and c.rules is null
    )
    select s.id, v.number
    from chosen
    join sluicegate.version v using (id)
    join sluicegate.schema s on s.id = v.schema_id
    where s.publisher_id = p_publisher_id and sluicegate.is_readable(s.context, s.subject) and v.deactivated_at is null
    order by s.id, v.number desc
    limit 1
$$;

-- The same by identity, for a content with metadata or rules: its fingerprint is salted.
create or replace function sluicegate.published_as(
    p_publisher_id text, p_identity text
) returns table (schema_id bigint, number integer) language sql stable as $$
    with found as materialized (
        select c.id from sluicegate.content c where c.context || '' = '.' and c.identity = p_identity
    )
    select s.id, v.number
    from found f
    join sluicegate.version v on v.context = '.' and v.content_id = f.id and v.deactivated_at is null
    join sluicegate.schema s on s.id = v.schema_id
    where s.publisher_id = p_publisher_id and sluicegate.is_readable(s.context, s.subject)
    order by s.id, v.number desc
    limit 1
$$;
