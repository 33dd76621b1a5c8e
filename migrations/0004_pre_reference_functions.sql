-- The functions of 0002_functions.sql for versions that refer to others. What is referred to is locked for share, so that many may refer to
-- one schema at the same time, while whoever deactivates a version of it waits and then sees them.

-- Locks the rows of schemas in the order of their ids: p_schema_id (unless it is null) to be changed, the others to stay as they are.
create or replace function sluicegate.lock_schemas(p_schema_id bigint, p_others bigint[]) returns void language plpgsql as $$
declare
    v_id bigint;
begin
    for v_id in select distinct ids.id from unnest(p_others || p_schema_id) as ids (id) where ids.id is not null order by ids.id loop
        if v_id = p_schema_id then
            perform from sluicegate.schema s where s.id = v_id for no key update;
        else
            perform from sluicegate.schema s where s.id = v_id for share;
        end if;
    end loop;
end $$;

-- The first of some versions that is not there or not active; no row when all are.
create or replace function sluicegate.inactive_of(p_schema_ids bigint[], p_numbers integer[])
returns table (schema_id bigint, number integer) language sql as $$
    select wanted.schema_id, wanted.number
    from unnest(p_schema_ids, p_numbers) with ordinality as wanted (schema_id, number, place)
    where not exists (
        select from sluicegate.version v
        where v.schema_id = wanted.schema_id and v.number = wanted.number and v.deactivated_at is null
    )
    order by wanted.place
    limit 1
$$;

-- As keep_version, with what it refers to: name, schema and number of each in three arrays of one length.
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
        select id, text into v_content_id, v_text from sluicegate.content where context = '.' and fingerprint = p_fingerprint;
    end if;
    if not found then
        select coalesce(max(id), 0) + 1 into v_content_id from sluicegate.content where context = '.';
        v_text := p_text;
        insert into sluicegate.content (id, format, text, fingerprint, artifact)
        values (v_content_id, p_format, p_text, p_fingerprint, p_artifact);
    end if;
    insert into sluicegate.version (schema_id, number, content_id, text, description, attributes, terms, created_by)
    values (p_schema_id, p_number, v_content_id, nullif(p_text, v_text), p_description, p_attributes, p_terms, p_actor)
    returning id into v_version_id;
    if p_names <> '{}' then
        insert into sluicegate.reference (version_id, name, schema_id, number)
        select v_version_id, r.name, r.schema_id, r.number
        from unnest(p_names, p_referenced, p_numbers) as r (name, schema_id, number);
    end if;
end $$;

-- The answer is added, exists, or unreferable: then schema_id and number name a referenced version that is not active.
create or replace function sluicegate.create_schema_2(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
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
    perform sluicegate.keep_version_2(
        schema_id, 1, p_format, p_text, p_fingerprint, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
    perform sluicegate.record_event('schema_created', schema_id, 1, p_actor, p_request_id);
end $$;

-- As add_version. The answer is added, exists, stale, gone, or unreferable: then schema_id and number name a referenced version that is not
-- active.
create or replace function sluicegate.add_version_2(
    p_schema_id bigint, p_newest bigint, p_active bigint, p_description text,
    p_text text, p_fingerprint text, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
declare
    v_format text;
    v_newest bigint;
    v_active bigint;
    v_gone   record;
begin
    if p_names <> '{}' then
        perform sluicegate.lock_schemas(p_schema_id, p_referenced);
    end if;
    select s.id, s.format, s.last_version + 1 into schema_id, v_format, number
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
    perform sluicegate.keep_version_2(
        p_schema_id, number, v_format, p_text, p_fingerprint, p_artifact, p_description, p_attributes, p_terms,
        p_names, p_referenced, p_numbers, p_actor);
    perform sluicegate.record_event('version_added', p_schema_id, number, p_actor, p_request_id);
end $$;

-- The active versions that refer to active versions of a schema, or to one of them, at most a hundred, as JSON:
-- [schema, number, name, referenced number], ...; null when there is none.
create or replace function sluicegate.referrals_to(p_schema_id bigint, p_number integer) returns json language sql as $$
    select json_agg(json_build_array(found.schema_id, found.number, found.name, found.referenced)
                    order by found.schema_id, found.number, found.name)
    from (
        select v.schema_id, v.number, r.name, r.number as referenced
        from sluicegate.reference r
        join sluicegate.version v on v.id = r.version_id and v.deactivated_at is null
        where r.schema_id = p_schema_id and (p_number is null or r.number = p_number)
        order by v.schema_id, v.number, r.name
        limit 100
    ) found
$$;

-- The answer is done, gone, or referenced: then referrals says by what.
create or replace function sluicegate.deactivate_schema_2(
    p_schema_id bigint, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
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
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
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

-- The release before knows nothing of references: while it still runs, what is referred to is not there for it to be deactivated.
create or replace function sluicegate.deactivate_schema(
    p_schema_id bigint, p_actor text, p_request_id text
) returns boolean language sql as $$
    select outcome = 'done' from sluicegate.deactivate_schema_2(p_schema_id, p_actor, p_request_id)
$$;

create or replace function sluicegate.deactivate_version(
    p_schema_id bigint, p_number integer, p_actor text, p_request_id text
) returns boolean language sql as $$
    select outcome = 'done' from sluicegate.deactivate_version_2(p_schema_id, p_number, p_actor, p_request_id)
$$;
