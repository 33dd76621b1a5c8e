-- Makes the partition of a month, and moves the rows that were written for it before.
create or replace function sluicegate.prepare_audit_month(p_month date) returns void language plpgsql as $$
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
