-- Makes the partitions of this month and the next two, and drops those that are wholly older
-- than the retention. Runs as the owner of the tables, since the registry's own role need not be
-- allowed to make any. Returns the number of dropped partitions.
create or replace function sluicegate.prepare_audit(p_retention interval) returns integer language plpgsql security definer
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
