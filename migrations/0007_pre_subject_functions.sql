-- The functions of subjects, and those of the native API where they must know of them: modes forbid changes, a content that is about to be
-- removed is not used any more, and what is registered has the guid by which it is found again.

-- The mode in force for a subject.
create or replace function sluicegate.mode_in_force(p_context text, p_subject text) returns text language sql stable as $$
    select coalesce(
        (
            select s.mode from sluicegate.setting s
            where s.mode is not null
                and (s.context, s.subject) in ((p_context, p_subject), (p_context, ''), ('.__GLOBAL', ''))
            order by s.mode <> 'READONLY_OVERRIDE' or s.context <> '.__GLOBAL', s.context = '.__GLOBAL', s.subject = ''
            limit 1
        ),
        'READWRITE')
$$;

-- As keep_version_2, with the guid of the content, which is null where it refers to others.
create or replace function sluicegate.keep_version_3(
    p_schema_id bigint, p_number integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea,
    p_description text, p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text
) returns void language plpgsql as $$
declare
    v_content_id integer;
    v_version_id bigint;
    v_text       text;
begin
    -- Who removes contents waits for this lock, and then sees the version.
    select id, text into v_content_id, v_text
    from sluicegate.content where context = '.' and fingerprint = p_fingerprint for key share;
    if not found then
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext('.'));
        insert into sluicegate.content (id, format, text, fingerprint, guid, artifact)
        select coalesce(max(id), 0) + 1, p_format, p_text, p_fingerprint, p_guid, p_artifact
        from sluicegate.content where context = '.'
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

-- The release before keeps versions in the same way while it still runs; the guid is filled in when somebody registers the content by subject.
create or replace function sluicegate.keep_version_2(
    p_schema_id bigint, p_number integer, p_format text, p_text text, p_fingerprint text, p_artifact bytea, p_description text,
    p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text
) returns void language sql as $$
    select sluicegate.keep_version_3(
        p_schema_id, p_number, p_format, p_text, p_fingerprint, null, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor)
$$;

-- As create_schema_2; the answer may also be forbidden. A compatibility that was configured before the schema was there becomes its own.
create or replace function sluicegate.create_schema_3(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
declare
    v_subject    text := p_name;
    v_configured boolean;
begin
    perform pg_advisory_xact_lock(hashtextextended(p_fingerprint || p_publisher_id, 0));
    select s.id, v.number into schema_id, number
    from sluicegate.version v join sluicegate.schema s on s.id = v.schema_id
    where v.context = '.' and v.deactivated_at is null and s.publisher_id = p_publisher_id
        and v.content_id = (select c.id from sluicegate.content c where c.context = '.' and c.fingerprint = p_fingerprint)
    order by s.id, v.number desc
    limit 1;
    if found then
        outcome := 'exists';
        return;
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
    perform sluicegate.keep_version_3(
        schema_id, 1, p_format, p_text, p_fingerprint, p_guid, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
    perform sluicegate.record_event('schema_created', schema_id, 1, p_actor, p_request_id);
end $$;

-- What was configured for a subject before it was there.
create or replace function sluicegate.configured_compatibility(p_context text, p_subject text) returns text language sql stable as $$
    select s.config ->> 'compatibility' from sluicegate.setting s where s.context = p_context and s.subject = p_subject
$$;

-- As add_version_2; the answer may also be forbidden. Versions of other contexts are gone for it.
create or replace function sluicegate.add_version_3(
    p_schema_id bigint, p_newest bigint, p_active bigint, p_description text,
    p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea, p_attributes text[], p_terms text[],
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
    perform sluicegate.keep_version_3(
        p_schema_id, number, v_format, p_text, p_fingerprint, p_guid, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
    perform sluicegate.record_event('version_added', p_schema_id, number, p_actor, p_request_id);
end $$;

-- Why the native API may not deactivate anything of a schema: it is gone, or of another context, or a mode forbids it; null when it may.
create or replace function sluicegate.deactivation_obstacle(p_schema_id bigint) returns text language sql stable as $$
    select coalesce(
        (
            select case
                when s.context <> '.' then 'gone'
                when sluicegate.mode_in_force(s.context, s.subject) in ('READONLY', 'READONLY_OVERRIDE') then 'forbidden'
                else ''
            end
            from sluicegate.schema s where s.id = p_schema_id
        ),
        'gone')
$$;

-- As deactivate_schema_2; the answer may also be forbidden.
create or replace function sluicegate.deactivate_schema_3(
    p_schema_id bigint, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    outcome := sluicegate.deactivation_obstacle(p_schema_id);
    if outcome = '' then
        select d.outcome, d.referrals into outcome, referrals
        from sluicegate.deactivate_schema_2(p_schema_id, p_actor, p_request_id) d;
    end if;
end $$;

-- As deactivate_version_2; the answer may also be forbidden.
create or replace function sluicegate.deactivate_version_3(
    p_schema_id bigint, p_number integer, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    outcome := sluicegate.deactivation_obstacle(p_schema_id);
    if outcome = '' then
        select d.outcome, d.referrals into outcome, referrals
        from sluicegate.deactivate_version_2(p_schema_id, p_number, p_actor, p_request_id) d;
    end if;
end $$;

-- Removes versions, and then the contents that nobody has any more; the highest id of a context stays taken, so that it is never given out again.
-- Whoever calls this holds the schema's row.
create or replace function sluicegate.remove_versions(p_schema_id bigint, p_numbers integer[]) returns void language plpgsql as $$
declare
    v_context  text;
    v_contents integer[];
    v_content  integer;
begin
    delete from sluicegate.reference r using sluicegate.version v
    where v.id = r.version_id and v.schema_id = p_schema_id and v.number = any(p_numbers);
    with removed as (
        delete from sluicegate.version v where v.schema_id = p_schema_id and v.number = any(p_numbers)
        returning v.context, v.content_id
    )
    select min(context), array_agg(distinct content_id order by content_id) into v_context, v_contents from removed;
    if v_context is null then
        return;
    end if;
    update sluicegate.schema s
    set last_version = coalesce((select max(v.number) from sluicegate.version v where v.schema_id = p_schema_id), 0)
    where s.id = p_schema_id;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(v_context));
    foreach v_content in array v_contents loop
        -- Writers that found the content before hold it until their version is there to be seen.
        perform from sluicegate.content c where c.context = v_context and c.id = v_content for update;
        if exists (select from sluicegate.version v where v.context = v_context and v.content_id = v_content) then
            continue;
        end if;
        if exists (select from sluicegate.content c where c.context = v_context and c.id > v_content) then
            delete from sluicegate.content c where c.context = v_context and c.id = v_content;
        else
            update sluicegate.content c
            set fingerprint = 'removed:' || v_content, text = '', guid = null, artifact = null, metadata = null, rules = null
            where c.context = v_context and c.id = v_content;
        end if;
    end loop;
end $$;

-- The id of a subject's content: the one that was asked for, or the one that it has, or the next one; null when the one that was asked for is
-- another content's. Takes the last lock, unless the content is there.
create or replace function sluicegate.keep_content(
    p_context text, p_global_id integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea,
    p_metadata jsonb, p_rules jsonb, out id integer, out text text, out fingerprint text
) language plpgsql as $$
declare
    v_guid uuid;
begin
    if p_global_id is null then
        select c.id, c.text, c.fingerprint into id, text, fingerprint from sluicegate.content c
        where c.context = p_context and c.guid = p_guid order by c.id limit 1 for key share;
        if found then
            return;
        end if;
    end if;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    if p_global_id is null then
        select c.id, c.text, c.fingerprint into id, text, fingerprint from sluicegate.content c
        where c.context = p_context and c.guid = p_guid order by c.id limit 1 for key share;
        if found then
            return;
        end if;
        update sluicegate.content c set guid = p_guid
        where c.context = p_context and c.fingerprint = p_fingerprint and c.guid is null and p_metadata is null and p_rules is null
        returning c.id, c.text, c.fingerprint into id, text, fingerprint;
        if found then
            return;
        end if;
        select coalesce(max(c.id), 0) + 1 into id from sluicegate.content c where c.context = p_context;
    else
        select c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, v_guid
        from sluicegate.content c where c.context = p_context and c.id = p_global_id and c.fingerprint not like 'removed:%' for key share;
        if found then
            if v_guid is distinct from p_guid then
                id := null;
            end if;
            return;
        end if;
        delete from sluicegate.content c where c.context = p_context and c.id = p_global_id;
        id := p_global_id;
    end if;
    fingerprint := p_fingerprint;
    if exists (select from sluicegate.content c where c.context = p_context and c.fingerprint = p_fingerprint) then
        -- Another spelling, which the native API does not tell from this one.
        fingerprint := encode(sha256(convert_to(p_fingerprint || ':' || p_guid || ':' || id, 'UTF8')), 'hex');
    end if;
    text := p_text;
    insert into sluicegate.content (context, id, format, text, fingerprint, guid, artifact, metadata, rules)
    values (p_context, id, p_format, p_text, fingerprint, p_guid, p_artifact, p_metadata, p_rules);
end $$;

-- Adds a version to a subject. p_newest, p_versions and p_active say which versions the caller decided on (the highest id, how many, how many not
-- deleted), p_mode which mode. The answer is added, stale, unreferable (schema_id and number name a referenced version that is not active), or
-- referenced (the number is taken, and referred to). An id that is another content's raises SG001.
create or replace function sluicegate.register_version(
    p_context text, p_subject text, p_newest bigint, p_versions bigint, p_active bigint, p_mode text,
    p_number integer, p_global_id integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea,
    p_metadata jsonb, p_rules jsonb, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer,
    out version_id bigint, out content_id integer, out kept_fingerprint text, out kept_at timestamptz
) language plpgsql as $$
declare
    v_newest     bigint;
    v_versions   bigint;
    v_active     bigint;
    v_gone       record;
    v_text       text;
    v_retired    integer[];
begin
    if p_context <> '.' then  -- or the context might be deleted meanwhile
        perform pg_advisory_xact_lock_shared(hashtext('sluicegate.context'), hashtext(p_context));
    end if;
    select s.id into schema_id from sluicegate.schema s where s.context = p_context and s.subject = p_subject;
    if p_names <> '{}' then
        perform sluicegate.lock_schemas(schema_id, p_referenced);
    elsif schema_id is not null then
        perform from sluicegate.schema s where s.id = schema_id for no key update;
        if not found then  -- removed meanwhile
            outcome := 'stale';
            return;
        end if;
    end if;
    if sluicegate.mode_in_force(p_context, p_subject) <> p_mode then
        outcome := 'stale';
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
    if schema_id is null then
        if p_newest is not null then
            outcome := 'stale';
            return;
        end if;
        insert into sluicegate.schema as s (context, subject, name, description, format, publisher_id, compatibility, last_version)
        values (p_context, p_subject, p_subject, '', p_format, '', sluicegate.configured_compatibility(p_context, p_subject), 0)
        on conflict (context, subject) do nothing
        returning s.id into schema_id;
        if not found then
            outcome := 'stale';
            return;
        end if;
        if p_context <> '.' then
            insert into sluicegate.context (name) values (p_context) on conflict (name) do nothing;
        end if;
    else
        select max(v.id), count(*), count(*) filter (where v.deactivated_at is null) into v_newest, v_versions, v_active
        from sluicegate.version v where v.schema_id = register_version.schema_id;
        if v_newest is distinct from p_newest or v_versions <> p_versions or v_active <> p_active then
            outcome := 'stale';
            return;
        end if;
        if exists (select from sluicegate.version v where v.schema_id = register_version.schema_id and v.number = p_number) then
            if exists (
                select from sluicegate.reference r where r.schema_id = register_version.schema_id and r.number = p_number
            ) then
                outcome := 'referenced';
                return;
            end if;
            perform sluicegate.remove_versions(schema_id, array[p_number]);
        end if;
    end if;
    if p_versions > p_active then  -- some may be removed below: whoever removes takes this lock before it holds any content
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    end if;
    select k.id, k.text, k.fingerprint into content_id, v_text, kept_fingerprint
    from sluicegate.keep_content(
        p_context, p_global_id, p_format, p_text, p_fingerprint, p_guid, p_artifact, p_metadata, p_rules) k;
    if content_id is null then
        raise exception using errcode = 'SG001', message = 'the id is another content''s';
    end if;
    insert into sluicegate.version (schema_id, number, context, content_id, text, description, attributes, terms, created_by)
    values (
        schema_id, p_number, p_context, content_id, nullif(p_text, v_text), '', p_attributes, coalesce(p_terms, p_attributes),
        p_actor)
    returning id, created_at into version_id, kept_at;
    if p_names <> '{}' then
        insert into sluicegate.reference (version_id, name, schema_id, number, place)
        select register_version.version_id, r.name, r.schema_id, r.number, r.place
        from unnest(p_names, p_referenced, p_numbers) with ordinality as r (name, schema_id, number, place);
    end if;
    select array_agg(v.number) into v_retired
    from sluicegate.version v
    where v.schema_id = register_version.schema_id and v.content_id = register_version.content_id and v.number < p_number
        and v.deactivated_at is not null
        and not exists (select from sluicegate.reference r where r.schema_id = v.schema_id and r.number = v.number);
    if v_retired is not null then
        perform sluicegate.remove_versions(schema_id, v_retired);
    end if;
    update sluicegate.schema s
    set last_version = greatest(s.last_version, p_number),
        format = case when p_number >= s.last_version then p_format else s.format end
    where s.id = schema_id;
    outcome := 'added';
    number := p_number;
    perform sluicegate.record_event(
        case when p_newest is null then 'schema_created' else 'version_added' end, schema_id, number, p_actor, p_request_id);
end $$;

-- Removes subjects' versions for good, and a subject that has none left, with its settings.
create or replace function sluicegate.delete_versions(
    p_schema_id bigint, p_numbers integer[], p_permanent boolean, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_number integer;
begin
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
    if p_permanent then
        perform sluicegate.remove_versions(p_schema_id, p_numbers);
        if not exists (select from sluicegate.version v where v.schema_id = p_schema_id) then
            delete from sluicegate.setting t using sluicegate.schema s
            where s.id = p_schema_id and t.context = s.context and t.subject = s.subject;
            delete from sluicegate.schema s where s.id = p_schema_id;
        end if;
    else
        update sluicegate.version v set deactivated_at = now()
        where v.schema_id = p_schema_id and v.number = any(p_numbers) and v.deactivated_at is null;
    end if;
    foreach v_number in array p_numbers loop
        perform sluicegate.record_event(
            case when p_permanent then 'version_deleted' else 'version_deactivated' end, p_schema_id, v_number, p_actor, p_request_id);
    end loop;
end $$;

-- Removes the subjects of a scope (of all, where the context is '.__GLOBAL') that are deleted softly; not those that others refer to, which stay.
create or replace function sluicegate.clear_deleted(
    p_context text, p_subject text, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_ids      bigint[];
    v_referred bigint[];
    v_id       bigint;
begin
    v_ids := array(
        select s.id from sluicegate.schema s
        where (p_context = '.__GLOBAL' or (s.context = p_context and (p_subject = '' or s.subject = p_subject)))
            and not exists (select from sluicegate.version v where v.schema_id = s.id and v.deactivated_at is null)
        order by s.id
        for no key update
    );
    loop  -- what stays keeps what it refers to
        v_referred := array(
            select distinct r.schema_id from sluicegate.reference r join sluicegate.version v on v.id = r.version_id
            where r.schema_id = any(v_ids) and v.schema_id <> all(v_ids)
        );
        exit when v_referred = '{}';
        v_ids := array(select ids.id from unnest(v_ids) as ids (id) where ids.id <> all(v_referred));
    end loop;
    delete from sluicegate.reference r using sluicegate.version v where v.id = r.version_id and v.schema_id = any(v_ids);
    foreach v_id in array v_ids loop
        perform sluicegate.delete_versions(
            v_id, array(select v.number from sluicegate.version v where v.schema_id = v_id), true, p_actor, p_request_id);
    end loop;
end $$;

-- Keeps the settings of a scope; all null: there are none. The compatibility of a subject that is there goes to its schema.
create or replace function sluicegate.put_setting(
    p_context text, p_subject text, p_config jsonb, p_mode text, p_alias_context text, p_alias_subject text,
    p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_config jsonb := p_config;
begin
    if p_subject <> '' then
        update sluicegate.schema s set compatibility = p_config ->> 'compatibility'
        where s.context = p_context and s.subject = p_subject;
        if found then
            v_config := p_config - 'compatibility';
        end if;
    end if;
    if v_config is null and p_mode is null then
        delete from sluicegate.setting t where t.context = p_context and t.subject = p_subject;
    else
        insert into sluicegate.setting as t (context, subject, config, mode, alias_context, alias_subject)
        values (p_context, p_subject, v_config, p_mode, p_alias_context, p_alias_subject)
        on conflict (context, subject) do update
        set config = v_config, mode = p_mode, alias_context = p_alias_context, alias_subject = p_alias_subject, updated_at = now();
    end if;
    perform sluicegate.record_settings(
        'settings_changed', jsonb_build_object('context', p_context, 'subject', p_subject, 'config', p_config, 'mode', p_mode),
        p_actor, p_request_id);
end $$;

-- The event of a change of settings, which is of no schema: 0.
create or replace function sluicegate.record_settings(
    p_kind text, p_payload jsonb, p_actor text, p_request_id text
) returns void language plpgsql as $$
begin
    insert into sluicegate.event (kind, schema_id, actor, request_id, payload) values (p_kind, 0, p_actor, p_request_id, p_payload);
    perform pg_notify('sluicegate_change', '0');
end $$;
