-- The functions that give out ids and numbers. What the release before calls keeps its name and goes through the new functions: it knows
-- no identity (null), and its contents are compared by guid, format, metadata and rules.

-- The next global id of a context. The caller holds the advisory lock of the context's content ids. Imported ids of 2^30 and more do not
-- move it, so no import can leave the registry without ids. If an import took the last id below 2^30, a free one is drawn.
create or replace function sluicegate.next_content_id(p_context text) returns integer language plpgsql as $$
declare
    v_id integer;
begin
    select coalesce(max(c.id), 0) + 1 into v_id
    from sluicegate.content c where c.context = p_context and c.id < 1073741824;
    while v_id >= 1073741824 or exists (select from sluicegate.content c where c.context = p_context and c.id = v_id) loop
        v_id := 1 + floor(random() * 1073741823)::integer;
    end loop;
    return v_id;
end $$;

-- The guid that a new content gets: Confluent's, unless that is another content's already. Confluent hashes neither the format nor where
-- one part of metadata ends and the next begins.
create or replace function sluicegate.free_guid(p_guid uuid, p_identity text) returns uuid language sql stable as $$
    select case
        when p_identity is null or p_guid is null then p_guid
        when exists (select from sluicegate.content c where c.guid = p_guid and c.identity is distinct from p_identity)
            then md5('sluicegate:' || p_identity)::uuid
        else p_guid
    end
$$;

-- Whether a content that has no identity yet, or is compared with one that the release before judged, is just this one.
create or replace function sluicegate.is_alike(
    p_content sluicegate.content, p_guid uuid, p_identity text, p_format text, p_fingerprint text, p_metadata jsonb, p_rules jsonb
) returns boolean language sql immutable as $$
    select case
        when p_content.identity is not null and p_identity is not null then p_content.identity = p_identity
        when p_content.format <> p_format then false
        when p_content.purged_at is not null and p_content.guid is null
            then p_content.fingerprint = 'removed:' || p_content.id || ':' || p_fingerprint and p_metadata is null and p_rules is null
        when p_content.purged_at is not null then p_content.guid = p_guid
        when p_content.guid is null then p_content.fingerprint = p_fingerprint and p_metadata is null and p_rules is null
        else p_content.guid is not distinct from p_guid
            and p_content.metadata is not distinct from p_metadata and p_content.rules is not distinct from p_rules
    end
$$;

-- As keep_version_3, with the identity of the content, which is null where it refers to others.
create or replace function sluicegate.keep_version_4(
    p_schema_id bigint, p_number integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text,
    p_artifact bytea, p_description text, p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[],
    p_numbers integer[], p_actor text
) returns void language plpgsql as $$
declare
    v_content_id integer;
    v_version_id bigint;
    v_text       text;
begin
    -- A writer that removes contents waits for this lock, and then sees the version.
    select id, text into v_content_id, v_text
    from sluicegate.content where context = '.' and fingerprint = p_fingerprint for key share;
    if not found then
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext('.'));
        insert into sluicegate.content (id, format, text, fingerprint, guid, identity, artifact)
        select sluicegate.next_content_id('.'), p_format, p_text, p_fingerprint, sluicegate.free_guid(p_guid, p_identity), p_identity,
            p_artifact
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

create or replace function sluicegate.keep_version_3(
    p_schema_id bigint, p_number integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea,
    p_description text, p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text
) returns void language sql as $$
    select sluicegate.keep_version_4(
        p_schema_id, p_number, p_format, p_text, p_fingerprint, p_guid, null, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor)
$$;

-- As create_schema_3, with the identity of the content. The mode is the one of the subject that the schema gets.
create or replace function sluicegate.create_schema_4(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
declare
    v_subject    text := p_name;
    v_configured boolean;
    v_content_id integer;
begin
    perform pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0);
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
    v_configured := exists (select from sluicegate.setting t where t.context in ('.', '.__GLOBAL'));
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
        if v_configured and sluicegate.mode_in_force('.', v_subject) <> 'READWRITE' then
            outcome := 'forbidden';
            return;
        end if;
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
        if v_subject <> p_name then  -- another schema is called by just this name and number
            schema_id := nextval('sluicegate.schema_id_seq');
        end if;
        v_subject := p_name || '.' || schema_id;
    end loop;
    outcome := 'added';
    number := 1;
    insert into sluicegate.event (kind, schema_id, version, actor, request_id)  -- no cache can hold a new schema: see record_event
    values ('schema_created', schema_id, 1, p_actor, p_request_id);
    perform sluicegate.keep_version_4(
        schema_id, 1, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
end $$;

create or replace function sluicegate.create_schema_3(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language sql as $$
    select created.outcome, created.schema_id, created.number
    from sluicegate.create_schema_4(
        p_name, p_description, p_publisher_id, p_compatibility, p_validity, p_format, p_text, p_fingerprint, p_guid, null, p_artifact,
        p_attributes, p_terms, p_names, p_referenced, p_numbers, p_actor, p_request_id) created
$$;

-- As add_version_3, with the identity of the content.
create or replace function sluicegate.add_version_4(
    p_schema_id bigint, p_newest bigint, p_active bigint, p_description text,
    p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea, p_attributes text[], p_terms text[],
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
        p_schema_id, number, v_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
    perform sluicegate.record_event('version_added', p_schema_id, number, p_actor, p_request_id);
end $$;

create or replace function sluicegate.add_version_3(
    p_schema_id bigint, p_newest bigint, p_active bigint, p_description text,
    p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language sql as $$
    select added.outcome, added.schema_id, added.number
    from sluicegate.add_version_4(
        p_schema_id, p_newest, p_active, p_description, p_text, p_fingerprint, p_guid, null, p_artifact, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor, p_request_id) added
$$;

-- Removes versions for good. Their numbers stay taken as long as their schema is there. The ids of contents that no version has any more
-- stay taken for good, with guid and identity. The caller holds the schema's row.
create or replace function sluicegate.remove_versions(p_schema_id bigint, p_numbers integer[]) returns void language plpgsql as $$
declare
    v_context  text;
    v_contents integer[];
    v_content  integer;
begin
    delete from sluicegate.reference r using sluicegate.version v
    where v.id = r.version_id and v.schema_id = p_schema_id and v.number = any(p_numbers);
    insert into sluicegate.retired_version (schema_id, number, identity)
    select v.schema_id, v.number, c.identity
    from sluicegate.version v join sluicegate.content c on c.context = v.context and c.id = v.content_id
    where v.schema_id = p_schema_id and v.number = any(p_numbers)
    on conflict (schema_id, number) do nothing;
    with removed as (
        delete from sluicegate.version v where v.schema_id = p_schema_id and v.number = any(p_numbers)
        returning v.context, v.content_id
    )
    select min(context), array_agg(distinct content_id order by content_id) into v_context, v_contents from removed;
    if v_context is null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(v_context));
    foreach v_content in array v_contents loop
        -- Writers that found the content before hold it until their version is there to be seen.
        perform from sluicegate.content c where c.context = v_context and c.id = v_content for update;
        if exists (select from sluicegate.version v where v.context = v_context and v.content_id = v_content) then
            continue;
        end if;
        update sluicegate.content c
        set purged_at = now(), fingerprint = 'removed:' || v_content || ':' || c.fingerprint,
            text = '', artifact = null, metadata = null, rules = null
        where c.context = v_context and c.id = v_content;
    end loop;
end $$;

-- The content of a subject's new version: the one under the id that was asked for, or the same content under the id that it has, or a new
-- one. `id` is null when the id that was asked for is another content's, removed or not. Takes the last lock, unless the content is there.
create or replace function sluicegate.keep_content_2(
    p_context text, p_global_id integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea,
    p_metadata jsonb, p_rules jsonb, out id integer, out text text, out fingerprint text, out guid uuid
) language plpgsql as $$
declare
    v_found sluicegate.content;
begin
    if p_global_id is null and p_identity is not null then
        select c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid from sluicegate.content c
        where c.context = p_context and c.identity = p_identity and c.purged_at is null
        order by c.id + 0  -- in the order of the primary key, all of the context would be read
        limit 1 for key share;
        if found then
            return;
        end if;
    end if;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    if p_global_id is null then
        select c.* into v_found from sluicegate.content c
        where c.context = p_context and c.identity = p_identity and c.purged_at is null order by c.id + 0 limit 1;
        if not found then
            select c.* into v_found from sluicegate.content c
            where c.context = p_context and c.guid = p_guid and c.purged_at is null and (c.identity is null or p_identity is null)
                and sluicegate.is_alike(c, p_guid, p_identity, p_format, p_fingerprint, p_metadata, p_rules)
            order by c.id + 0 limit 1;
        end if;
        if not found then
            select c.* into v_found from sluicegate.content c
            where c.context = p_context and c.fingerprint = p_fingerprint and c.guid is null
                and sluicegate.is_alike(c, p_guid, p_identity, p_format, p_fingerprint, p_metadata, p_rules);
        end if;
    else
        select c.* into v_found from sluicegate.content c where c.context = p_context and c.id = p_global_id;
        if v_found.id is not null
            and not sluicegate.is_alike(v_found, p_guid, p_identity, p_format, p_fingerprint, p_metadata, p_rules) then
            return;
        end if;
    end if;
    if v_found.id is not null and v_found.purged_at is null then
        id := v_found.id;
        text := v_found.text;
        fingerprint := v_found.fingerprint;
        guid := v_found.guid;
        if v_found.identity is null or v_found.guid is null then
            guid := coalesce(guid, sluicegate.free_guid(p_guid, p_identity));
            update sluicegate.content c set identity = coalesce(c.identity, p_identity), guid = keep_content_2.guid
            where c.context = p_context and c.id = v_found.id;
        end if;
        return;
    end if;
    id := coalesce(v_found.id, p_global_id, sluicegate.next_content_id(p_context));
    text := p_text;
    fingerprint := p_fingerprint;
    if p_metadata is not null or p_rules is not null
        or exists (select from sluicegate.content c where c.context = p_context and c.fingerprint = p_fingerprint) then
        -- The native API knows neither metadata nor another spelling, and finds contents by fingerprint.
        fingerprint := encode(
            sha256(convert_to(p_fingerprint || ':' || coalesce(p_identity, p_guid::text) || ':' || id, 'UTF8')), 'hex');
    end if;
    if v_found.id is not null then
        guid := coalesce(v_found.guid, p_guid);
        update sluicegate.content c
        set text = p_text, fingerprint = keep_content_2.fingerprint, guid = keep_content_2.guid,
            identity = coalesce(c.identity, p_identity), artifact = p_artifact, metadata = p_metadata, rules = p_rules, purged_at = null
        where c.context = p_context and c.id = v_found.id;
        return;
    end if;
    guid := sluicegate.free_guid(p_guid, p_identity);
    insert into sluicegate.content (context, id, format, text, fingerprint, guid, identity, artifact, metadata, rules)
    values (p_context, id, p_format, p_text, fingerprint, guid, p_identity, p_artifact, p_metadata, p_rules);
end $$;

-- As register_version, with the identity of the content, and with the last number that the caller saw given out. An id that is another
-- content's raises SG001, a number that another content had SG002.
create or replace function sluicegate.register_version_2(
    p_context text, p_subject text, p_newest bigint, p_versions bigint, p_active bigint, p_last integer, p_mode text,
    p_number integer, p_global_id integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text,
    p_artifact bytea, p_metadata jsonb, p_rules jsonb, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer, out version_id bigint, out content_id integer,
    out kept_fingerprint text, out kept_guid uuid, out kept_at timestamptz
) language plpgsql as $$
declare
    v_newest   bigint;
    v_versions bigint;
    v_active   bigint;
    v_last     integer;
    v_gone     record;
    v_text     text;
    v_retired  integer[];
    v_number   integer;
    v_replaced boolean := false;
    v_old      bigint;
begin
    perform pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0);
    if p_context <> '.' then  -- or the context might be deleted meanwhile
        perform pg_advisory_xact_lock_shared(hashtext('sluicegate.context'), hashtext(p_context));
    end if;
    select s.id into schema_id from sluicegate.schema s where s.context = p_context and s.subject = p_subject;
    if p_names <> '{}' then
        perform sluicegate.lock_schemas(schema_id, p_referenced);
    end if;
    if schema_id is not null then
        select s.last_version into v_last from sluicegate.schema s where s.id = schema_id for no key update;
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
        from sluicegate.version v where v.schema_id = register_version_2.schema_id;
        if v_newest is distinct from p_newest or v_versions <> p_versions or v_active <> p_active or v_last <> p_last then
            outcome := 'stale';
            return;
        end if;
        if exists (select from sluicegate.version v where v.schema_id = register_version_2.schema_id and v.number = p_number) then
            if exists (
                select from sluicegate.reference r where r.schema_id = register_version_2.schema_id and r.number = p_number
            ) then
                outcome := 'referenced';
                return;
            end if;
            v_replaced := true;
        end if;
    end if;
    if p_versions > p_active then  -- some may be removed below: a writer that removes takes this lock before it holds any content
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    end if;
    select k.id, k.text, k.fingerprint, k.guid into content_id, v_text, kept_fingerprint, kept_guid
    from sluicegate.keep_content_2(
        p_context, p_global_id, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact, p_metadata, p_rules) k;
    if content_id is null then
        raise exception using errcode = 'SG001', message = 'the id is another content''s';
    end if;
    if v_replaced then  -- an import brings a soft-deleted version back: a new row, because decisions compare the rows that they saw
        select v.id into v_old from sluicegate.version v
        where v.schema_id = register_version_2.schema_id and v.number = p_number
            and v.content_id = register_version_2.content_id and v.deactivated_at is not null;
        if not found then
            raise exception using errcode = 'SG002', message = 'the number is another content''s';
        end if;
        delete from sluicegate.reference r where r.version_id = v_old;
        delete from sluicegate.version v where v.id = v_old;
    end if;
    delete from sluicegate.retired_version t
    where t.schema_id = register_version_2.schema_id and t.number = p_number and t.identity = p_identity;
    if exists (select from sluicegate.retired_version t where t.schema_id = register_version_2.schema_id and t.number = p_number) then
        raise exception using errcode = 'SG002', message = 'the number was another content''s';
    end if;
    insert into sluicegate.version (schema_id, number, context, content_id, text, description, attributes, terms, created_by)
    values (
        schema_id, p_number, p_context, content_id, nullif(p_text, v_text), '', p_attributes, coalesce(p_terms, p_attributes),
        p_actor)
    returning id, created_at into version_id, kept_at;
    if p_names <> '{}' then
        insert into sluicegate.reference (version_id, name, schema_id, number, place)
        select register_version_2.version_id, r.name, r.schema_id, r.number, r.place
        from unnest(p_names, p_referenced, p_numbers) with ordinality as r (name, schema_id, number, place);
    end if;
    if p_versions > p_active then
        select array_agg(v.number order by v.number) into v_retired
        from sluicegate.version v
        where v.schema_id = register_version_2.schema_id and v.content_id = register_version_2.content_id and v.number < p_number
            and v.deactivated_at is not null
            and not exists (select from sluicegate.reference r where r.schema_id = v.schema_id and r.number = v.number);
        if v_retired is not null then
            perform sluicegate.remove_versions(schema_id, v_retired);
            foreach v_number in array v_retired loop
                perform sluicegate.record_event('version_deleted', schema_id, v_number, p_actor, p_request_id);
            end loop;
        end if;
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

-- The release before does not know of numbers that were removed. It is told to try again, until a registry of this release answers.
create or replace function sluicegate.register_version(
    p_context text, p_subject text, p_newest bigint, p_versions bigint, p_active bigint, p_mode text,
    p_number integer, p_global_id integer, p_format text, p_text text, p_fingerprint text, p_guid uuid, p_artifact bytea,
    p_metadata jsonb, p_rules jsonb, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer,
    out version_id bigint, out content_id integer, out kept_fingerprint text, out kept_at timestamptz
) language plpgsql as $$
begin
    select done.outcome, done.schema_id, done.number, done.version_id, done.content_id, done.kept_fingerprint, done.kept_at
    into outcome, schema_id, number, version_id, content_id, kept_fingerprint, kept_at
    from sluicegate.register_version_2(
        p_context, p_subject, p_newest, p_versions, p_active, null, p_mode, p_number, p_global_id, p_format, p_text, p_fingerprint,
        p_guid, null, p_artifact, p_metadata, p_rules, p_attributes, p_terms, p_names, p_referenced, p_numbers, p_actor,
        p_request_id) done;
exception
    when sqlstate 'SG002' then
        raise exception using errcode = '55000', message = 'the number was another content''s';
end $$;
