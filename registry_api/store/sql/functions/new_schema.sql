-- A new schema in the default context, whose first version is yet to be kept. It takes the name
-- as its subject, or the name with its id where the name is reserved, or a subject's or an alias
-- already. Then only the settings of the context and of all contexts count. The outcome is
-- added, stale, or forbidden: the mode of a subject that has the name already does not count.
create or replace function sluicegate.new_schema(
    p_name text, p_publisher_id text, p_settings jsonb, p_description text, p_compatibility text, p_validity text, p_policy text,
    p_format text, out outcome text, out schema_id bigint
) language plpgsql as $$
declare
    v_subject  text := p_name;
    v_settings jsonb;
begin
    schema_id := nextval('sluicegate.schema_id_seq');
    loop
        if v_subject not in ('__GLOBAL', '__EMPTY')
            and not exists (
                select from sluicegate.setting t where t.context = '.' and t.subject = v_subject and t.alias_subject is not null)
            and not exists (select from sluicegate.schema s where s.context = '.' and s.subject = v_subject) then
            v_settings := sluicegate.settings_around('.', v_subject);
            if v_settings <> p_settings and (v_subject = p_name or sluicegate.settings_around('.', '') <> p_settings) then
                outcome := 'stale';
                return;
            end if;
            if v_settings <> '[]' and sluicegate.mode_in_force('.', v_subject) <> 'READWRITE' then
                outcome := 'forbidden';
                return;
            end if;
            insert into sluicegate.schema as s
                (id, subject, name, description, format, publisher_id, compatibility, validity, compatibility_policy, last_version)
            values (
                schema_id, v_subject, p_name, p_description, p_format, p_publisher_id,
                case
                    when p_compatibility is null and v_settings <> '[]' then sluicegate.configured_compatibility('.', v_subject)
                    else p_compatibility
                end,
                case
                    when p_validity is null and v_settings <> '[]' then sluicegate.configured_validity('.', v_subject)
                    else p_validity
                end, p_policy, 1)
            on conflict (context, subject) do nothing;
            exit when found;
        end if;
        if v_subject <> p_name then  -- another schema is called by just this name and number
            schema_id := nextval('sluicegate.schema_id_seq');
        end if;
        v_subject := p_name || '.' || schema_id;
    end loop;
    outcome := 'added';
end $$;
