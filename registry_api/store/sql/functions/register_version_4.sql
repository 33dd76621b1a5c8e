-- Registers a version.
--
-- Of the schema p_schema_id; or, where that is null, of the subject; or, where p_publisher_id is
-- not null, of a new schema called by the subject's name, unless the publisher has an active
-- version of the content already.
--
-- p_asked_context and p_asked_subject name the subject that the caller asked for, if it is an alias
-- of this one. p_revision and p_settings are the state that the caller decided on; null and no
-- schema mean each other. The outcome is
--   added        the version is kept
--   exists       the publisher has the content: schema_id and number say where
--   stale        the schema or its settings are not as the caller saw them: nothing was done
--   unreferable  schema_id and number name a referenced version that is not active
--   referenced   other versions refer to the soft-deleted version that an import would replace
--   forbidden    the mode of the subject that the new schema would get is not READWRITE
-- An id that is another content's raises SG001, a number that another content had SG002.
create or replace function sluicegate.register_version_4(
    p_schema_id bigint, p_context text, p_subject text, p_publisher_id text, p_revision bigint, p_settings jsonb,
    p_description text, p_compatibility text, p_validity text, p_policy text,
    p_number integer, p_global_id integer, p_by_fingerprint boolean,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea, p_metadata jsonb, p_rules jsonb,
    p_regular boolean, p_attributes text[], p_terms text[], p_names text[], p_referenced bigint[], p_numbers integer[],
    p_asked_context text, p_asked_subject text, p_actor text, p_request_id text,
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
    v_print    text;
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
    if p_asked_subject is not null and not exists (
        select from sluicegate.setting t
        where t.context = p_asked_context and t.subject = p_asked_subject
            and t.alias_context = p_context and t.alias_subject = p_subject
    ) then
        return;
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
        insert into sluicegate.schema as s
            (context, subject, name, description, format, publisher_id, compatibility, validity, last_version)
        values (
            p_context, p_subject, p_subject, '', p_format, '', sluicegate.configured_compatibility(p_context, p_subject),
            sluicegate.configured_validity(p_context, p_subject), p_number)
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
    select k.id, k.text, k.fingerprint, k.guid into v_content, v_text, v_print, kept_guid
    from sluicegate.keep_content_4(
        p_context, p_global_id, p_regular, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact, p_metadata, p_rules) k;
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
        (schema_id, number, context, content_id, text, description, attributes, terms, created_by, regular,
        fingerprint)
    values (
        v_id, p_number, p_context, v_content, nullif(p_text, v_text), p_description, p_attributes, coalesce(p_terms, p_attributes),
        p_actor, p_regular, nullif(p_fingerprint, v_print))
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
    kept_fingerprint := p_fingerprint;
    kept_at := v_at;
    perform sluicegate.record_event(
        case when p_revision is null then 'schema_created' else 'version_added' end, v_id, p_number, p_actor, p_request_id);
end $$;
