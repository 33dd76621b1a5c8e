-- The compatibility policy in force: the subject's setting, the schema's own, the context's
-- setting, the setting of everything. Null: none of them has one.
create or replace function sluicegate.policy_in_force(p_context text, p_subject text, p_own text) returns text language sql stable as $$
    select coalesce(
        (select t.config ->> 'compatibility_policy' from sluicegate.setting t where (t.context, t.subject) = (p_context, p_subject)),
        p_own,
        (select t.config ->> 'compatibility_policy' from sluicegate.setting t where (t.context, t.subject) = (p_context, '')),
        (select t.config ->> 'compatibility_policy' from sluicegate.setting t where (t.context, t.subject) = ('.__GLOBAL', '')))
$$;
