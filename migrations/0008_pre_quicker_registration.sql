-- Registration with fewer statements again, and with less under the lock on content ids, behind which all writers wait. What the functions
-- take and answer stays as it was.

create or replace function sluicegate.create_schema_3(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
declare
    v_subject    text := p_name;
    v_configured boolean;
    v_content_id integer;
begin
    perform pg_advisory_xact_lock(hashtextextended(p_fingerprint || p_publisher_id, 0));
    select c.id into v_content_id from sluicegate.content c where c.context = '.' and c.fingerprint = p_fingerprint;
    if found then
        select s.id, v.number into schema_id, number
        from sluicegate.version v join sluicegate.schema s on s.id = v.schema_id
        where v.context = '.' and v.deactivated_at is null and s.publisher_id = p_publisher_id and v.content_id = v_content_id
        order by s.id, v.number desc
        limit 1;
        if found then
            outcome := 'exists';
            return;
        end if;
    end if;
    v_configured := exists (
        select from sluicegate.setting t where (t.context, t.subject) in (('.', p_name), ('.', ''), ('.__GLOBAL', '')));
    if v_configured and sluicegate.mode_in_force('.', p_name) <> 'READWRITE' then
        outcome := 'forbidden';
        return;
    end if;
    if p_names <> '{}' then
        perform sluicegate.lock_schemas(null, p_referenced);
        select i.schema_id, i.number into schema_id, number from sluicegate.inactive_of(p_referenced, p_numbers) i;
        if found then
            outcome := 'unreferable';
            return;
        end if;
    end if;
    schema_id := nextval('sluicegate.schema_id_seq');
    loop
        insert into sluicegate.schema as s
            (id, subject, name, description, format, publisher_id, compatibility, validity, last_version)
        values (
            schema_id, v_subject, p_name, p_description, p_format, p_publisher_id,
            case
                when p_compatibility is null and v_configured then sluicegate.configured_compatibility('.', v_subject)
                else p_compatibility
            end, p_validity, 1)
        on conflict (context, subject) do nothing;
        exit when found;
        if v_subject <> p_name then  -- somebody called a schema by just this name and number
            schema_id := nextval('sluicegate.schema_id_seq');
        end if;
        v_subject := p_name || '.' || schema_id;
    end loop;
    outcome := 'added';
    number := 1;
    insert into sluicegate.event (kind, schema_id, version, actor, request_id)  -- wakes nobody: see record_event
    values ('schema_created', schema_id, 1, p_actor, p_request_id);
    perform sluicegate.keep_version_3(
        schema_id, 1, p_format, p_text, p_fingerprint, p_guid, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
end $$;
