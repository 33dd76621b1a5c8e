-- As add_version_4, with the format by which the text was judged. A version of another format may have been registered by subject since
-- the caller read the schema: then the answer is reformatted, and nothing is kept.
create or replace function sluicegate.add_version_5(
    p_schema_id bigint, p_newest bigint, p_active bigint, p_description text,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
declare
    v_format  text;
    v_subject text;
    v_newest  bigint;
    v_active  bigint;
    v_gone    record;
begin
    perform pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0);
    if p_names <> '{}' then
        perform sluicegate.lock_schemas(p_schema_id, p_referenced);
    end if;
    select s.id, s.format, s.subject, s.last_version + 1 into schema_id, v_format, v_subject, number
    from sluicegate.schema s where s.id = p_schema_id and s.context = '.' for no key update;
    select max(v.id), count(*) into v_newest, v_active
    from sluicegate.version v where v.schema_id = p_schema_id and v.context = '.' and v.deactivated_at is null;
    if v_active = 0 then
        outcome := 'gone';
        return;
    end if;
    if v_newest <> p_newest or v_active <> p_active then
        select v.number into number
        from sluicegate.version v join sluicegate.content c on c.context = v.context and c.id = v.content_id
        where v.schema_id = p_schema_id and v.deactivated_at is null and c.fingerprint = p_fingerprint;
        outcome := case when found then 'exists' else 'stale' end;
        return;
    end if;
    if v_format <> p_format then
        outcome := 'reformatted';
        return;
    end if;
    if sluicegate.mode_in_force('.', v_subject) <> 'READWRITE' then
        outcome := 'forbidden';
        return;
    end if;
    if p_names <> '{}' then
        select i.schema_id, i.number into v_gone from sluicegate.inactive_of(p_referenced, p_numbers) i;
        if found then
            outcome := 'unreferable';
            schema_id := v_gone.schema_id;
            number := v_gone.number;
            return;
        end if;
    end if;
    update sluicegate.schema s
    set last_version = number, description = coalesce(nullif(p_description, ''), s.description)
    where s.id = p_schema_id;
    outcome := 'added';
    perform sluicegate.keep_version_4(
        p_schema_id, number, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
    perform sluicegate.record_event('version_added', p_schema_id, number, p_actor, p_request_id);
end $$;
