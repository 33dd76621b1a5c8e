-- Each function is one registration or deletion in one round trip. Read committed is needed: each statement must see what was committed
-- while a lock was waited for.

create or replace function sluicegate.record_event(
    p_kind text, p_schema_id bigint, p_version integer, p_actor text, p_request_id text
) returns void language plpgsql as $$
begin
    insert into sluicegate.event (kind, schema_id, version, actor, request_id)
    values (p_kind, p_schema_id, p_version, p_actor, p_request_id);
    perform pg_notify('sluicegate_change', p_schema_id::text);
end $$;

-- Keeps a version's row, and its content unless that is there. Takes the last lock: ids without gaps need one writer at a time, and
-- whoever waits for that one must hold nothing that it could wait for.
create or replace function sluicegate.keep_version(
    p_schema_id bigint, p_number integer, p_format text, p_text text, p_fingerprint text, p_description text,
    p_attributes text[], p_terms text[], p_actor text
) returns void language plpgsql as $$
declare
    v_content_id integer;
    v_text       text;
begin
    select id, text into v_content_id, v_text from sluicegate.content where context = '.' and fingerprint = p_fingerprint;
    if not found then
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext('.'));
        select id, text into v_content_id, v_text from sluicegate.content where context = '.' and fingerprint = p_fingerprint;
    end if;
    if not found then
        select coalesce(max(id), 0) + 1 into v_content_id from sluicegate.content where context = '.';
        v_text := p_text;
        insert into sluicegate.content (id, format, text, fingerprint) values (v_content_id, p_format, p_text, p_fingerprint);
    end if;
    insert into sluicegate.version (schema_id, number, content_id, text, description, attributes, terms, created_by)
    values (p_schema_id, p_number, v_content_id, nullif(p_text, v_text), p_description, p_attributes, p_terms, p_actor);
end $$;

create or replace function sluicegate.create_schema(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_attributes text[], p_terms text[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
declare
    v_subject text := p_name;
begin
    perform pg_advisory_xact_lock(hashtextextended(p_fingerprint || p_publisher_id, 0));
    select s.id, v.number into schema_id, number
    from sluicegate.content c
    join sluicegate.version v on v.context = c.context and v.content_id = c.id and v.deactivated_at is null
    join sluicegate.schema s on s.id = v.schema_id
    where c.context = '.' and c.fingerprint = p_fingerprint and s.publisher_id = p_publisher_id
    order by s.id, v.number desc
    limit 1;
    if found then
        outcome := 'exists';
        return;
    end if;
    schema_id := nextval('sluicegate.schema_id_seq');
    loop
        insert into sluicegate.schema as s
            (id, subject, name, description, format, publisher_id, compatibility, validity, last_version)
        values (schema_id, v_subject, p_name, p_description, p_format, p_publisher_id, p_compatibility, p_validity, 1)
        on conflict (context, subject) do nothing;
        exit when found;
        if v_subject <> p_name then  -- somebody called a schema by just this name and number
            schema_id := nextval('sluicegate.schema_id_seq');
        end if;
        v_subject := p_name || '.' || schema_id;
    end loop;
    outcome := 'added';
    number := 1;
    perform sluicegate.keep_version(
        schema_id, 1, p_format, p_text, p_fingerprint, p_description, p_attributes, p_terms, p_actor);
    perform sluicegate.record_event('schema_created', schema_id, 1, p_actor, p_request_id);
end $$;

-- p_newest and p_active say which history the caller checked: the highest id of its active versions, and how many they were. Ids only
-- grow and nothing is activated again, so equal numbers mean the same versions. The answer is added, exists, stale or gone.
create or replace function sluicegate.add_version(
    p_schema_id bigint, p_newest bigint, p_active bigint, p_description text,
    p_text text, p_fingerprint text, p_attributes text[], p_terms text[], p_actor text, p_request_id text,
    out outcome text, out number integer
) language plpgsql as $$
declare
    v_format text;
    v_newest bigint;
    v_active bigint;
begin
    select s.format, s.last_version + 1 into v_format, number
    from sluicegate.schema s where s.id = p_schema_id for no key update;
    select max(v.id), count(*) into v_newest, v_active
    from sluicegate.version v where v.schema_id = p_schema_id and v.deactivated_at is null;
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
    update sluicegate.schema s
    set last_version = number, description = coalesce(nullif(p_description, ''), s.description)
    where s.id = p_schema_id;
    outcome := 'added';
    perform sluicegate.keep_version(
        p_schema_id, number, v_format, p_text, p_fingerprint, p_description, p_attributes, p_terms, p_actor);
    perform sluicegate.record_event('version_added', p_schema_id, number, p_actor, p_request_id);
end $$;

create or replace function sluicegate.deactivate_schema(
    p_schema_id bigint, p_actor text, p_request_id text
) returns boolean language plpgsql as $$
begin
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
    update sluicegate.version v set deactivated_at = now() where v.schema_id = p_schema_id and v.deactivated_at is null;
    if not found then
        return false;
    end if;
    perform sluicegate.record_event('schema_deactivated', p_schema_id, null, p_actor, p_request_id);
    return true;
end $$;

create or replace function sluicegate.deactivate_version(
    p_schema_id bigint, p_number integer, p_actor text, p_request_id text
) returns boolean language plpgsql as $$
begin
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
    update sluicegate.version v set deactivated_at = now()
    where v.schema_id = p_schema_id and v.number = p_number and v.deactivated_at is null;
    if not found then
        return false;
    end if;
    perform sluicegate.record_event('version_deactivated', p_schema_id, p_number, p_actor, p_request_id);
    return true;
end $$;
