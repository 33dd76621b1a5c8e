-- As `published`, by identity, for a content with metadata or rules: its fingerprint is salted.
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
