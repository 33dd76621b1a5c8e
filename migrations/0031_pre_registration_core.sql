-- One registration for all APIs, in one round trip. What the release before calls stays as it is.

-- The settings of a scope and of the scopes around it: [[context, subject, config, mode], ...].
create function sluicegate.settings_around(p_context text, p_subject text) returns jsonb language sql stable as $$
    select coalesce(
        jsonb_agg(jsonb_build_array(t.context, t.subject, t.config, t.mode) order by t.context, t.subject), '[]'::jsonb)
    from sluicegate.setting t
    where (t.context, t.subject) in ((p_context, p_subject), (p_context, ''), ('.__GLOBAL', ''), ('.', ''))
$$;

-- As keep_content_2. With p_by_fingerprint the same content is the one with the same fingerprint.
create function sluicegate.keep_content_3(
    p_context text, p_global_id integer, p_by_fingerprint boolean, p_format text, p_text text, p_fingerprint text, p_guid uuid,
    p_identity text, p_artifact bytea, p_metadata jsonb, p_rules jsonb,
    out id integer, out text text, out fingerprint text, out guid uuid
) language plpgsql as $$
#variable_conflict use_column
begin
    if p_global_id is null then
        -- A writer that removes contents waits for these locks, and then sees the version.
        if p_by_fingerprint then
            select c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid from sluicegate.content c
            where c.context = p_context and c.fingerprint = p_fingerprint for key share;
            if found then
                return;
            end if;
        end if;
        select c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid from sluicegate.content c
        where c.context = p_context and c.identity = p_identity and c.purged_at is null
        order by c.id + 0  -- in the order of the primary key, all of the context would be read
        limit 1 for key share;
        if found then
            return;
        end if;
    end if;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    if p_global_id is null and p_metadata is null and p_rules is null
        -- An index that begins with the context would look good while the table is empty, and then read all of it.
        and not exists (select from sluicegate.content c where c.identity is null and c.context || '' = p_context) then
        insert into sluicegate.content as c (context, id, format, text, fingerprint, guid, identity, artifact)
        select p_context, sluicegate.next_content_id(p_context), p_format, p_text, p_fingerprint,
            sluicegate.free_guid(p_guid, p_identity), p_identity, p_artifact
        on conflict (fingerprint, context) do nothing
        returning c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid;
        if found then
            return;
        end if;
    end if;
    if p_by_fingerprint then  -- another writer may have kept it before the lock was ours
        select c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid from sluicegate.content c
        where c.context = p_context and c.fingerprint = p_fingerprint;
        if found then
            return;
        end if;
    end if;
    select k.id, k.text, k.fingerprint, k.guid into id, text, fingerprint, guid
    from sluicegate.keep_content_2(
        p_context, p_global_id, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact, p_metadata, p_rules) k;
end $$;

-- Registers a version.
--
-- Of the schema p_schema_id; or, where that is null, of the subject; or, where p_publisher_id is not null, of a new schema called by the
-- subject's name, unless the publisher has an active version of the content already.
--
-- p_revision and p_settings are what the caller decided on; null and no schema mean each other. The outcome is
--   added        the version is kept
--   exists       the publisher has the content: schema_id and number say where
--   stale        the schema or its settings are not as the caller saw them: nothing was done
--   unreferable  schema_id and number name a referenced version that is not active
--   referenced   other versions refer to the soft-deleted version that an import would replace
--   forbidden    the mode of the subject that the new schema would get is not READWRITE
-- An id that is another content's raises SG001, a number that another content had SG002.
create function sluicegate.register_version_3(
    p_schema_id bigint, p_context text, p_subject text, p_publisher_id text, p_revision bigint, p_settings jsonb,
    p_description text, p_compatibility text, p_validity text, p_policy text,
    p_number integer, p_global_id integer, p_by_fingerprint boolean,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea, p_metadata jsonb, p_rules jsonb,
    p_regular boolean, p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[], p_numbers integer[],
    p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer, out version_id bigint, out content_id integer,
    out kept_fingerprint text, out kept_guid uuid, out kept_at timestamptz
) language plpgsql as $$
#variable_conflict use_column
declare
    v_id       bigint := p_schema_id;
    v_subject  text := p_subject;
    v_revision bigint;
    v_last     integer;
    v_gone     record;
    v_text     text;
    v_content  integer;
    v_version  bigint;
    v_at       timestamptz;
    v_old      bigint;
    v_retired  integer[];
    v_number   integer;
    v_retires  boolean := false;
begin
    perform pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0);
    if p_context <> '.' then  -- or the context might be deleted meanwhile
        perform pg_advisory_xact_lock_shared(hashtext('sluicegate.context'), hashtext(p_context));
    end if;
    if p_publisher_id is not null then
        perform pg_advisory_xact_lock(hashtextextended(p_fingerprint || p_publisher_id, 0));
        select f.schema_id, f.number into schema_id, number from sluicegate.published(p_publisher_id, p_fingerprint) f;
        if not found and not p_by_fingerprint then
            select f.schema_id, f.number into schema_id, number from sluicegate.published_as(p_publisher_id, p_identity) f;
        end if;
        if found then
            outcome := 'exists';
            return;
        end if;
    elsif v_id is null then
        select s.id into v_id from sluicegate.schema s where s.context = p_context and s.subject = p_subject;
    end if;
    if p_names <> '{}' then
        perform sluicegate.lock_schemas(v_id, p_referenced);
    end if;
    outcome := 'stale';
    if v_id is null and p_revision is not null then
        return;
    end if;
    if v_id is not null then
        select s.revision, s.last_version, s.subject into v_revision, v_last, v_subject
        from sluicegate.schema s where s.id = v_id and s.context = p_context for no key update;
        if not found or v_revision is distinct from p_revision then
            return;
        end if;
    end if;
    if p_publisher_id is null and sluicegate.settings_around(p_context, v_subject) <> p_settings then
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
    if v_id is not null then
        if p_number <= v_last and exists (
            select from sluicegate.version v where v.schema_id = v_id and v.number = p_number
        ) then
            if exists (select from sluicegate.reference r where r.schema_id = v_id and r.number = p_number) then
                outcome := 'referenced';
                return;
            end if;
            v_old := 0;
        end if;
        if not p_by_fingerprint then
            v_retires := exists (
                with found as materialized (  -- a join would read all of the context, by a plan made while the table was empty
                    select c.id from sluicegate.content c where c.context = p_context and c.identity = p_identity
                )
                select from found f join sluicegate.version v on v.context = p_context and v.content_id = f.id
                where v.schema_id = v_id and v.deactivated_at is not null
            );
        end if;
    elsif p_publisher_id is null then
        insert into sluicegate.schema as s (context, subject, name, description, format, publisher_id, compatibility, last_version)
        values (p_context, p_subject, p_subject, '', p_format, '', sluicegate.configured_compatibility(p_context, p_subject), p_number)
        on conflict (context, subject) do nothing
        returning s.id into v_id;
        if v_id is null then
            return;
        end if;
        if p_context <> '.' then
            insert into sluicegate.context (name) values (p_context) on conflict (name) do nothing;
        end if;
    else
        select n.outcome, n.schema_id into outcome, v_id
        from sluicegate.new_schema(
            p_subject, p_publisher_id, p_settings, p_description, p_compatibility, p_validity, p_policy, p_format) n;
        if outcome <> 'added' then
            return;
        end if;
    end if;
    if v_retires then  -- a writer that removes versions takes this lock before it holds any content
        perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    end if;
    select k.id, k.text, k.fingerprint, k.guid into v_content, v_text, kept_fingerprint, kept_guid
    from sluicegate.keep_content_3(
        p_context, p_global_id, p_by_fingerprint, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact,
        p_metadata, p_rules) k;
    if v_content is null then
        raise exception using errcode = 'SG001', message = 'the id is another content''s';
    end if;
    if v_old is not null then  -- an import brings a soft-deleted version back
        select v.id into v_old from sluicegate.version v
        where v.schema_id = v_id and v.number = p_number and v.content_id = v_content and v.deactivated_at is not null;
        if not found then
            raise exception using errcode = 'SG002', message = 'the number is another content''s';
        end if;
        delete from sluicegate.reference r where r.version_id = v_old;
        delete from sluicegate.version v where v.id = v_old;
    end if;
    if p_number <= v_last then  -- a higher number was never given out
        delete from sluicegate.retired_version t
        where t.schema_id = v_id and t.number = p_number and t.identity = p_identity;
        if exists (select from sluicegate.retired_version t where t.schema_id = v_id and t.number = p_number) then
            raise exception using errcode = 'SG002', message = 'the number was another content''s';
        end if;
    end if;
    insert into sluicegate.version as v
        (schema_id, number, context, content_id, text, description, attributes, terms, created_by, regular)
    values (
        v_id, p_number, p_context, v_content, nullif(p_text, v_text), p_description, p_attributes, coalesce(p_terms, p_attributes),
        p_actor, p_regular)
    returning v.id, v.created_at into v_version, v_at;
    if p_names <> '{}' then
        insert into sluicegate.reference (version_id, name, schema_id, number, place)
        select v_version, r.name, r.schema_id, r.number, r.place
        from unnest(p_names, p_referenced, p_numbers) with ordinality as r (name, schema_id, number, place);
    end if;
    if v_retires then
        select array_agg(v.number order by v.number) into v_retired
        from sluicegate.version v
        where v.schema_id = v_id and v.content_id = v_content and v.number < p_number and v.deactivated_at is not null
            and not exists (select from sluicegate.reference r where r.schema_id = v.schema_id and r.number = v.number);
        if v_retired is not null then
            perform sluicegate.remove_versions(v_id, v_retired);
            foreach v_number in array v_retired loop
                perform sluicegate.record_event('version_deleted', v_id, v_number, p_actor, p_request_id);
            end loop;
        end if;
    end if;
    if p_revision is not null then
        update sluicegate.schema s
        set last_version = greatest(s.last_version, p_number),
            format = case when p_number >= s.last_version then p_format else s.format end,
            description = coalesce(nullif(p_description, ''), s.description),
            revision = s.revision + 1
        where s.id = v_id;
    end if;
    outcome := 'added';
    schema_id := v_id;
    number := p_number;
    version_id := v_version;
    content_id := v_content;
    kept_at := v_at;
    perform sluicegate.record_event(
        case when p_revision is null then 'schema_created' else 'version_added' end, v_id, p_number, p_actor, p_request_id);
end $$;

-- The active version of a publisher with a fingerprint in the default context: of the lowest schema, the newest.
create function sluicegate.published(
    p_publisher_id text, p_fingerprint text
) returns table (schema_id bigint, number integer) language sql stable as $$
    with found as materialized (  -- a join would read all contents, by a plan made while the table was empty
        select c.id from sluicegate.content c where c.context = '.' and c.fingerprint = p_fingerprint
    )
    select s.id, v.number
    from found f
    join sluicegate.version v on v.context = '.' and v.content_id = f.id and v.deactivated_at is null
    join sluicegate.schema s on s.id = v.schema_id
    where s.publisher_id = p_publisher_id
    order by s.id, v.number desc
    limit 1
$$;

-- The same by identity, for a content with metadata or rules: its fingerprint is salted.
create function sluicegate.published_as(
    p_publisher_id text, p_identity text
) returns table (schema_id bigint, number integer) language sql stable as $$
    with found as materialized (
        select c.id from sluicegate.content c where c.context || '' = '.' and c.identity = p_identity
    )
    select s.id, v.number
    from found f
    join sluicegate.version v on v.context = '.' and v.content_id = f.id and v.deactivated_at is null
    join sluicegate.schema s on s.id = v.schema_id
    where s.publisher_id = p_publisher_id
    order by s.id, v.number desc
    limit 1
$$;

-- A new schema in the default context, whose first version is yet to be kept. It takes the name as its subject, or the name with its id where the name is a
-- subject's or an alias already, and then only the settings of the context and of all contexts count. The outcome is added, stale, or
-- forbidden.
create function sluicegate.new_schema(
    p_name text, p_publisher_id text, p_settings jsonb, p_description text, p_compatibility text, p_validity text, p_policy text,
    p_format text, out outcome text, out schema_id bigint
) language plpgsql as $$
declare
    v_subject  text := p_name;
    v_settings jsonb;
begin
    schema_id := nextval('sluicegate.schema_id_seq');
    loop
        if not exists (select from sluicegate.setting t where t.context = '.' and t.subject = v_subject and t.alias_subject is not null) then
            v_settings := sluicegate.settings_around('.', v_subject);
            if v_settings <> p_settings and (
                v_subject = p_name
                    and not exists (select from sluicegate.schema s where s.context = '.' and s.subject = v_subject)
                or sluicegate.settings_around('.', '') <> p_settings
            ) then
                outcome := 'stale';
                return;
            end if;
            if v_settings <> '[]' and sluicegate.mode_in_force('.', v_subject) <> 'READWRITE' then
                outcome := 'forbidden';
                return;
            end if;
            insert into sluicegate.schema as s
                (id, subject, name, description, format, publisher_id, compatibility, validity, compatibility_policy, last_version)
            values (
                schema_id, v_subject, p_name, p_description, p_format, p_publisher_id,
                case
                    when p_compatibility is null and v_settings <> '[]' then sluicegate.configured_compatibility('.', v_subject)
                    else p_compatibility
                end, p_validity, p_policy, 1)
            on conflict (context, subject) do nothing;
            exit when found;
        end if;
        if v_subject <> p_name then  -- another schema is called by just this name and number
            schema_id := nextval('sluicegate.schema_id_seq');
        end if;
        v_subject := p_name || '.' || schema_id;
    end loop;
    outcome := 'added';
end $$;

-- Deactivations and deletions change the revision of the schema.

create or replace function sluicegate.deactivate_schema_2(
    p_schema_id bigint, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;  -- and hold the row
    referrals := sluicegate.referrals_to(p_schema_id, null);
    if referrals is not null then
        outcome := 'referenced';
        return;
    end if;
    update sluicegate.version v set deactivated_at = now() where v.schema_id = p_schema_id and v.deactivated_at is null;
    if not found then
        outcome := 'gone';
        return;
    end if;
    outcome := 'done';
    perform sluicegate.record_event('schema_deactivated', p_schema_id, null, p_actor, p_request_id);
end $$;

create or replace function sluicegate.deactivate_version_2(
    p_schema_id bigint, p_number integer, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;  -- and hold the row
    referrals := sluicegate.referrals_to(p_schema_id, p_number);
    if referrals is not null then
        outcome := 'referenced';
        return;
    end if;
    update sluicegate.version v set deactivated_at = now()
    where v.schema_id = p_schema_id and v.number = p_number and v.deactivated_at is null;
    if not found then
        outcome := 'gone';
        return;
    end if;
    outcome := 'done';
    perform sluicegate.record_event('version_deactivated', p_schema_id, p_number, p_actor, p_request_id);
end $$;

create or replace function sluicegate.delete_versions(
    p_schema_id bigint, p_numbers integer[], p_permanent boolean, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_number integer;
begin
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;  -- and hold the row
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
