-- Removes the soft-deleted subjects of a scope (of all contexts, where the context is
-- '.__GLOBAL'). Subjects that others refer to stay. The statement that locks the rows may wait,
-- and chooses them by the state before the wait. A statement of its own therefore looks at the
-- rows again, once they are locked.
create or replace function sluicegate.clear_deleted(
    p_context text, p_subject text, p_actor text, p_request_id text
) returns void language plpgsql as $$
declare
    v_ids      bigint[];
    v_referred bigint[];
    v_id       bigint;
begin
    v_ids := array(
        select s.id from sluicegate.schema s
        where (p_context = '.__GLOBAL' or (s.context = p_context and (p_subject = '' or s.subject = p_subject)))
            and not exists (select from sluicegate.version v where v.schema_id = s.id and v.deactivated_at is null)
        order by s.id
        for no key update
    );
    v_ids := array(
        select s.id from sluicegate.schema s
        where s.id = any(v_ids)
            and not exists (select from sluicegate.version v where v.schema_id = s.id and v.deactivated_at is null)
        order by s.id
    );
    loop  -- subjects that stay keep the versions that they refer to
        v_referred := array(
            select distinct r.schema_id from sluicegate.reference r join sluicegate.version v on v.id = r.version_id
            where r.schema_id = any(v_ids) and v.schema_id <> all(v_ids)
        );
        exit when v_referred = '{}';
        v_ids := array(select ids.id from unnest(v_ids) as ids (id) where ids.id <> all(v_referred));
    end loop;
    delete from sluicegate.reference r using sluicegate.version v where v.id = r.version_id and v.schema_id = any(v_ids);
    foreach v_id in array v_ids loop
        perform sluicegate.delete_versions(
            v_id, array(select v.number from sluicegate.version v where v.schema_id = v_id), true, p_actor, p_request_id);
    end loop;
end $$;
