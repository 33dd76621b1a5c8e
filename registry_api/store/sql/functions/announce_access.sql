-- Keys and grants are announced on the channel of schema changes, as schema -1.
create or replace function sluicegate.announce_access() returns void language sql as $$
    select pg_notify('sluicegate_change', '-1')
$$;
