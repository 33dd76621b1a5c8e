-- Keeps the settings of a scope; all null: there are none. The compatibility of a subject that
-- is there goes to its schema.
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
