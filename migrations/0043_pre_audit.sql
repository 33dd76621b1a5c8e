-- The audit: one row for each change, in the transaction of the change. Every function that changes something writes an event, and a
-- trigger on events writes the row, also for the functions of the release before.

create sequence sluicegate.audit_id;

create table sluicegate.audit (
    id         bigint      not null default nextval('sluicegate.audit_id'),
    at         timestamptz not null default now(),
    principal  text        not null,
    credential text,       -- the kind of credential; null: not known
    key_id     text,
    source     text,       -- the address of the caller
    api        text,
    operation  text,       -- of the API
    change     text,       -- null: nothing was changed
    context    text        collate "C",  -- null: the cluster
    subject    text        collate "C",  -- null: the cluster; '': the context
    before     jsonb,      -- ids, versions, settings; never texts
    after      jsonb,
    request_id text        not null,
    outcome    text        not null,
    count      integer     not null default 1,
    primary key (at, id)
) partition by range (at);

create index audit_principal on sluicegate.audit (principal, at);
create index audit_subject on sluicegate.audit (subject, at) where subject <> '';

-- Rows for which no month was prepared.
create table sluicegate.audit_rest partition of sluicegate.audit default;

-- The caller of the present transaction, as JSON: credential, key, source, api, operation, context, subject. An argument of the function
-- that makes the change, so that it is known before the change. Returns the request id.
create function sluicegate.on_behalf(p_request_id text, p_origin text) returns text language sql volatile as $$
    select case when set_config('sluicegate.origin', coalesce(p_origin, ''), true) is null then null else p_request_id end
$$;

create function sluicegate.note_change(
    p_change text, p_context text, p_subject text, p_before jsonb, p_after jsonb, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_origin jsonb := nullif(current_setting('sluicegate.origin', true), '')::jsonb;
begin
    insert into sluicegate.audit
        (principal, credential, key_id, source, api, operation, change, context, subject, before, after, request_id, outcome)
    values (
        p_actor, v_origin ->> 'credential', v_origin ->> 'key', v_origin ->> 'source', v_origin ->> 'api', v_origin ->> 'operation',
        p_change, p_context, p_subject, p_before, p_after, p_request_id, 'done');
end $$;

create function sluicegate.audit_event() returns trigger language plpgsql as $$
declare
    v_context text := new.payload ->> 'context';
    v_subject text := new.payload ->> 'subject';
    v_ids     jsonb;
    v_before  jsonb;
    v_after   jsonb;
begin
    if new.schema_id > 0 then
        select s.context, s.subject into v_context, v_subject from sluicegate.schema s where s.id = new.schema_id;
        v_ids := jsonb_strip_nulls(jsonb_build_object('schema_id', new.schema_id, 'version', new.version, 'id', (
            select v.content_id from sluicegate.version v where v.schema_id = new.schema_id and v.number = new.version
        )));
        if new.kind in ('schema_created', 'version_added') then
            v_after := v_ids;
        elsif new.kind = 'version_deleted' then
            v_before := v_ids;
        else
            v_before := v_ids;
            v_after := v_ids || '{"deactivated": true}';
        end if;
    elsif new.kind = 'settings_changed' and v_subject is not null then
        v_before := new.payload -> 'before';
        v_after := jsonb_strip_nulls(jsonb_build_object('config', new.payload -> 'config', 'mode', new.payload -> 'mode'));
    end if;
    perform sluicegate.note_change(
        new.kind, v_context, coalesce(v_subject, case when v_context is not null then '' end), v_before, v_after, new.actor, new.request_id);
    return null;
end $$;

create trigger event_audit after insert on sluicegate.event for each row execute function sluicegate.audit_event();

-- The settings of a scope as the audit shows them; null: none.
create function sluicegate.settings_of(p_context text, p_subject text) returns jsonb language sql stable as $$
    select nullif(jsonb_strip_nulls(jsonb_build_object(
        'config', nullif(
            coalesce((select t.config from sluicegate.setting t where t.context = p_context and t.subject = p_subject), '{}') ||
            coalesce((
                select jsonb_strip_nulls(jsonb_build_object('compatibility', s.compatibility))
                from sluicegate.schema s where s.context = p_context and s.subject = p_subject and p_subject <> ''
            ), '{}'), '{}'),
        'mode', (select t.mode from sluicegate.setting t where t.context = p_context and t.subject = p_subject))), '{}')
$$;

create or replace function sluicegate.put_setting(
    p_context text, p_subject text, p_config jsonb, p_mode text, p_alias_context text, p_alias_subject text,
    p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_config jsonb := p_config;
    v_before jsonb := sluicegate.settings_of(p_context, p_subject);
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
        'settings_changed',
        jsonb_build_object('context', p_context, 'subject', p_subject, 'config', p_config, 'mode', p_mode, 'before', v_before),
        p_actor, p_request_id);
end $$;

-- As before; but what is removed for good is recorded while its names and ids are there.
create or replace function sluicegate.delete_versions(
    p_schema_id bigint, p_numbers integer[], p_permanent boolean, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_number integer;
begin
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;  -- and hold the row
    foreach v_number in array p_numbers loop
        perform sluicegate.record_event(
            case when p_permanent then 'version_deleted' else 'version_deactivated' end, p_schema_id, v_number, p_actor, p_request_id);
    end loop;
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
end $$;

-- Makes the partition of a month, and moves what was written for it before.
create function sluicegate.prepare_audit_month(p_month date) returns void language plpgsql as $$
declare
    v_name text := 'audit_' || to_char(p_month, 'YYYYMM');
    v_from timestamptz := p_month::timestamp at time zone 'UTC';
    v_to   timestamptz := (p_month + interval '1 month')::timestamp at time zone 'UTC';
begin
    if to_regclass('sluicegate.' || v_name) is not null then
        return;
    end if;
    execute format('create table sluicegate.%I (like sluicegate.audit including defaults including constraints)', v_name);
    execute format(
        'with moved as (delete from sluicegate.audit_rest where at >= %L and at < %L returning *) insert into sluicegate.%I select * from moved',
        v_from, v_to, v_name);
    execute format('alter table sluicegate.audit attach partition sluicegate.%I for values from (%L) to (%L)', v_name, v_from, v_to);
end $$;

-- Makes the partitions of this month and the next two, and drops those that are wholly older than the retention. Runs as the owner of the
-- tables, since the registry's own role need not be allowed to make any. Returns the number of dropped partitions.
create function sluicegate.prepare_audit(p_retention interval) returns integer language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    v_month   date := date_trunc('month', now() at time zone 'UTC')::date;
    v_name    text;
    v_dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('sluicegate.audit'), 0);
    for i in 0..2 loop
        perform sluicegate.prepare_audit_month((v_month + make_interval(months => i))::date);
    end loop;
    for v_name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'sluicegate.audit'::regclass and c.relname ~ '^audit_[0-9]{6}$'
            and to_date(substr(c.relname, 7), 'YYYYMM') + interval '1 month' <= (now() - p_retention) at time zone 'UTC'
    loop
        execute format('drop table sluicegate.%I', v_name);
        v_dropped := v_dropped + 1;
    end loop;
    delete from sluicegate.audit_rest where at < now() - p_retention;
    return v_dropped;
end $$;

select sluicegate.prepare_audit('100 years');
