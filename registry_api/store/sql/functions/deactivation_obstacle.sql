-- The reason why the native API may not deactivate anything of a schema: it is gone, or of
-- another context, or a mode forbids it. Null: there is none.
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
