-- The active version of a publisher with a fingerprint in the default context: of the lowest
-- schema, the newest. Versions with metadata or rules are found by their identity alone.
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
