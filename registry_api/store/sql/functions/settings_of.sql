-- The settings of a scope as the audit shows them. Null: none.
create or replace function sluicegate.settings_of(p_context text, p_subject text) returns jsonb language sql stable as $$
    select nullif(jsonb_strip_nulls(jsonb_build_object(
        'config', nullif(
            coalesce((select t.config from sluicegate.setting t where t.context = p_context and t.subject = p_subject), '{}') ||
            coalesce((
                select jsonb_strip_nulls(jsonb_build_object('compatibility', s.compatibility, 'validity', s.validity))
                from sluicegate.schema s where s.context = p_context and s.subject = p_subject and p_subject <> ''
            ), '{}'), '{}'),
        'mode', (select t.mode from sluicegate.setting t where t.context = p_context and t.subject = p_subject))), '{}')
$$;
