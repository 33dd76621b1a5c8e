-- Writes a row of the audit, with the caller that `on_behalf` noted.
create or replace function sluicegate.note_change(
    p_change text, p_context text, p_subject text, p_before jsonb, p_after jsonb, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_origin jsonb := nullif(current_setting('sluicegate.origin', true), '')::jsonb;
begin
    insert into sluicegate.audit
        (principal, credential, key_id, source, api, operation, change, context, subject, before, after, request_id, outcome)
    values (
        p_actor, v_origin ->> 'credential', v_origin ->> 'key', v_origin ->> 'source', v_origin ->> 'api', v_origin ->> 'operation',
        p_change, p_context, p_subject, p_before, p_after, p_request_id, 'done');
end $$;
