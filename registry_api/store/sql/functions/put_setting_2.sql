-- Keeps the settings of a scope; all null: there are none. The modes of a subject that is there
-- go to its schema; the validity of another scope goes into its configuration.
create or replace function sluicegate.put_setting_2(
    p_context text, p_subject text, p_config jsonb, p_validity text, p_mode text, p_alias_context text, p_alias_subject text,
    p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_said jsonb := case
        when p_validity is null then p_config
        else coalesce(p_config, '{}') || jsonb_build_object('validity', p_validity)
    end;
    v_config jsonb := v_said;
    v_before jsonb := sluicegate.settings_of(p_context, p_subject);
begin
    if p_subject <> '' then
        update sluicegate.schema s set compatibility = p_config ->> 'compatibility', validity = p_validity
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
        jsonb_build_object('context', p_context, 'subject', p_subject, 'config', v_said, 'mode', p_mode, 'before', v_before),
        p_actor, p_request_id);
end $$;
