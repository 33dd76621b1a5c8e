-- Registration with fewer statements: each costs more than what it does. What the functions take and answer stays as it was, but for p_terms,
-- which may be null where they are the attributes.

-- Nobody can have kept anything of a schema that was not there: a new one wakes nobody.
create or replace function sluicegate.record_event(
    p_kind text, p_schema_id bigint, p_version integer, p_actor text, p_request_id text
) returns void language plpgsql as $$
begin
    insert into sluicegate.event (kind, schema_id, version, actor, request_id)
    values (p_kind, p_schema_id, p_version, p_actor, p_request_id);
    if p_kind <> 'schema_created' then
        perform pg_notify('sluicegate_change', p_schema_id::text);
    end if;
end $$;

create or replace function sluicegate.keep_version_2(
    p_schema_id bigint, p_number integer, p_format text, p_text text, p_fingerprint text, p_artifact bytea, p_description text,
    p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text
) returns void language plpgsql as $$
declare
    v_content_id integer;
    v_version_id bigint;
    v_text       text;
begin
    select id, text into v_content_id, v_text from sluicegate.content where context = '.' and fingerprint = p_fingerprint;
    if not found then
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext('.'));
        insert into sluicegate.content (id, format, text, fingerprint, artifact)
        select coalesce(max(id), 0) + 1, p_format, p_text, p_fingerprint, p_artifact from sluicegate.content where context = '.'
        on conflict (context, fingerprint) do nothing
        returning id, text into v_content_id, v_text;
        if not found then  -- another writer kept it before the lock was ours
            select id, text into v_content_id, v_text
            from sluicegate.content where context = '.' and fingerprint = p_fingerprint;
        end if;
    end if;
    insert into sluicegate.version (schema_id, number, content_id, text, description, attributes, terms, created_by)
    values (
        p_schema_id, p_number, v_content_id, nullif(p_text, v_text), p_description, p_attributes, coalesce(p_terms, p_attributes),
        p_actor)
    returning id into v_version_id;
    if p_names <> '{}' then
        insert into sluicegate.reference (version_id, name, schema_id, number)
        select v_version_id, r.name, r.schema_id, r.number
        from unnest(p_names, p_referenced, p_numbers) as r (name, schema_id, number);
    end if;
end $$;
