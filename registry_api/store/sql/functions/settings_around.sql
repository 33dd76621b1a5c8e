-- The settings of a scope and of the scopes around it: [[context, subject, config, mode], ...].
create or replace function sluicegate.settings_around(p_context text, p_subject text) returns jsonb language sql stable as $$
    select coalesce(
        jsonb_agg(jsonb_build_array(t.context, t.subject, t.config, t.mode) order by t.context, t.subject), '[]'::jsonb)
    from sluicegate.setting t
    where (t.context, t.subject) in ((p_context, p_subject), (p_context, ''), ('.__GLOBAL', ''), ('.', ''))
$$;
