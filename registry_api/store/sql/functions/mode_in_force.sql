-- The mode in force for a subject. READONLY_OVERRIDE of the default context, as that of all
-- contexts, goes over the modes of all subjects.
create or replace function sluicegate.mode_in_force(p_context text, p_subject text) returns text language sql stable as $$
    select coalesce(
        (
            select s.mode from sluicegate.setting s
            where s.mode is not null
                and (
                    (s.context, s.subject) in ((p_context, p_subject), (p_context, ''), ('.__GLOBAL', ''))
                    or (s.context, s.subject, s.mode) = ('.', '', 'READONLY_OVERRIDE')
                )
            order by
                (s.context in ('.', '.__GLOBAL') and s.subject = '' and s.mode = 'READONLY_OVERRIDE') desc,
                s.context = '.__GLOBAL',
                s.subject = ''
            limit 1
        ),
        'READWRITE')
$$;
