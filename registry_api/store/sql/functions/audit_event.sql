-- Each event of a change writes a row of the audit, in the transaction of the change.
create or replace function sluicegate.audit_event() returns trigger language plpgsql as $$
declare
    v_context text := new.payload ->> 'context';
    v_subject text := new.payload ->> 'subject';
    v_ids     jsonb;
    v_before  jsonb;
    v_after   jsonb;
begin
    if new.schema_id > 0 then
        select s.context, s.subject into v_context, v_subject from sluicegate.schema s where s.id = new.schema_id;
        v_ids := jsonb_strip_nulls(jsonb_build_object('schema_id', new.schema_id, 'version', new.version, 'id', (
            select v.content_id from sluicegate.version v where v.schema_id = new.schema_id and v.number = new.version
        )));
        if new.kind in ('schema_created', 'version_added') then
            v_after := v_ids;
        elsif new.kind = 'version_deleted' then
            v_before := v_ids;
        else
            v_before := v_ids;
            v_after := v_ids || '{"deactivated": true}';
        end if;
    elsif new.kind = 'settings_changed' and v_subject is not null then
        v_before := new.payload -> 'before';
        v_after := jsonb_strip_nulls(jsonb_build_object('config', new.payload -> 'config', 'mode', new.payload -> 'mode'));
    end if;
    perform sluicegate.note_change(
        new.kind, v_context, coalesce(v_subject, case when v_context is not null then '' end), v_before, v_after, new.actor, new.request_id);
    return null;
end $$;

create trigger event_audit after insert on sluicegate.event
    for each row execute function sluicegate.audit_event();
