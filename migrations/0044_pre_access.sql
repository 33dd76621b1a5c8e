-- API keys and grants. Changes are announced on the channel of schema changes as schema -1, which no cache knows in the release before.

create table sluicegate.api_key (
    id           text        primary key collate "C",
    name         text        not null,
    owner        text,
    digest       bytea       not null,  -- of the secret, which is kept nowhere
    hashing      text        not null,  -- sha256, or hmac-sha256 with a pepper
    created_by   text        not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,           -- to the hour
    replaces     text        collate "C"
);

create table sluicegate.access_grant (
    id         bigint      generated always as identity primary key,
    principal  text        not null collate "C",
    role       text        not null,
    context    text        collate "C",  -- null: the cluster
    subject    text        collate "C",  -- null: the cluster
    prefix     boolean     not null default false,
    created_by text        not null,
    created_at timestamptz not null default now(),
    check ((context is null) = (subject is null))
);

create unique index access_grant_once on sluicegate.access_grant (principal, role, coalesce(context, ''), coalesce(subject, ''), prefix, (subject is null));

create function sluicegate.announce_access() returns void language sql as $$
    select pg_notify('sluicegate_change', '-1')
$$;

create function sluicegate.shown_key(p_key sluicegate.api_key) returns jsonb language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'key', p_key.id, 'name', p_key.name, 'owner', p_key.owner, 'expires_at', p_key.expires_at, 'revoked_at', p_key.revoked_at,
        'replaces', p_key.replaces))
$$;

create function sluicegate.shown_grant(p_grant sluicegate.access_grant) returns jsonb language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'grant', p_grant.id, 'principal', p_grant.principal, 'role', p_grant.role, 'context', p_grant.context,
        case when p_grant.prefix then 'prefix' else 'name' end, p_grant.subject))
$$;

-- Keeps a key. False: there is a key of this id.
create function sluicegate.create_key(
    p_id text, p_name text, p_owner text, p_digest bytea, p_hashing text, p_expires_at timestamptz, p_actor text, p_request_id text,
    out created_at timestamptz
) language plpgsql as $$
declare
    v_key sluicegate.api_key;
begin
    insert into sluicegate.api_key as k (id, name, owner, digest, hashing, expires_at, created_by)
    values (p_id, p_name, p_owner, p_digest, p_hashing, p_expires_at, p_actor)
    on conflict do nothing
    returning k.* into v_key;
    if v_key.id is not null then
        created_at := v_key.created_at;
        perform sluicegate.note_change('key_created', null, null, null, sluicegate.shown_key(v_key), p_actor, p_request_id);
        perform sluicegate.announce_access();
    end if;
end $$;

-- Puts a new key in the place of another one, which stays valid until p_until, with the same name, owner and grants. Null: no such key.
create function sluicegate.rotate_key(
    p_old text, p_until timestamptz, p_id text, p_digest bytea, p_hashing text, p_expires_at timestamptz, p_actor text, p_request_id text,
    out created_at timestamptz
) language plpgsql as $$
declare
    v_old sluicegate.api_key;
    v_new sluicegate.api_key;
    v_end sluicegate.api_key;
begin
    select k.* into v_old from sluicegate.api_key k
    where k.id = p_old and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) for update;
    if not found then
        return;
    end if;
    insert into sluicegate.api_key as k (id, name, owner, digest, hashing, expires_at, created_by, replaces)
    values (p_id, v_old.name, v_old.owner, p_digest, p_hashing, p_expires_at, p_actor, p_old)
    returning k.* into v_new;
    insert into sluicegate.access_grant (principal, role, context, subject, prefix, created_by)
    select 'key:' || p_id, g.role, g.context, g.subject, g.prefix, p_actor
    from sluicegate.access_grant g where g.principal = 'key:' || p_old;
    update sluicegate.api_key k set expires_at = least(k.expires_at, p_until) where k.id = p_old returning k.* into v_end;
    created_at := v_new.created_at;
    perform sluicegate.note_change(
        'key_rotated', null, null, sluicegate.shown_key(v_old),
        jsonb_build_object('old', sluicegate.shown_key(v_end), 'new', sluicegate.shown_key(v_new)), p_actor, p_request_id);
    perform sluicegate.announce_access();
end $$;

-- False: there is no such key, or it was revoked before.
create function sluicegate.revoke_key(p_id text, p_actor text, p_request_id text) returns boolean language plpgsql as $$
declare
    v_old sluicegate.api_key;
    v_new sluicegate.api_key;
begin
    select k.* into v_old from sluicegate.api_key k where k.id = p_id and k.revoked_at is null for update;
    if not found then
        return false;
    end if;
    update sluicegate.api_key k set revoked_at = now() where k.id = p_id returning k.* into v_new;
    perform sluicegate.note_change(
        'key_revoked', null, null, sluicegate.shown_key(v_old), sluicegate.shown_key(v_new), p_actor, p_request_id);
    perform sluicegate.announce_access();
    return true;
end $$;

-- Gives a role on a resource; a grant that is there already is left as it is.
create function sluicegate.add_grant(
    p_principal text, p_role text, p_context text, p_subject text, p_prefix boolean, p_actor text, p_request_id text
) returns sluicegate.access_grant language plpgsql as $$
declare
    v_grant sluicegate.access_grant;
begin
    insert into sluicegate.access_grant as g (principal, role, context, subject, prefix, created_by)
    values (p_principal, p_role, p_context, p_subject, p_prefix, p_actor)
    on conflict do nothing
    returning g.* into v_grant;
    if v_grant.id is null then
        select g.* into v_grant from sluicegate.access_grant g
        where g.principal = p_principal and g.role = p_role and g.context is not distinct from p_context
            and g.subject is not distinct from p_subject and g.prefix = p_prefix;
        return v_grant;
    end if;
    perform sluicegate.note_change(
        'grant_added', p_context, p_subject, null, sluicegate.shown_grant(v_grant), p_actor, p_request_id);
    perform sluicegate.announce_access();
    return v_grant;
end $$;

-- False: there is no such grant.
create function sluicegate.remove_grant(p_id bigint, p_actor text, p_request_id text) returns boolean language plpgsql as $$
declare
    v_grant sluicegate.access_grant;
begin
    delete from sluicegate.access_grant g where g.id = p_id returning g.* into v_grant;
    if v_grant.id is null then
        return false;
    end if;
    perform sluicegate.note_change(
        'grant_removed', v_grant.context, v_grant.subject, sluicegate.shown_grant(v_grant), null, p_actor, p_request_id);
    perform sluicegate.announce_access();
    return true;
end $$;
