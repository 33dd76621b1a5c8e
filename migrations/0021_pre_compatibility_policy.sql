-- How strictly the versions of a schema are compared: what its registration said. Schemas that are there already have none, and keep
-- to the setting of their scope.

alter table sluicegate.schema add column compatibility_policy text;

-- The policy in force: the subject's setting, the schema's own, the context's setting, the setting of everything; null where none says.
create function sluicegate.policy_in_force(p_context text, p_subject text, p_own text) returns text language sql stable as $$
    select coalesce(
        (select t.config ->> 'compatibility_policy' from sluicegate.setting t where (t.context, t.subject) = (p_context, p_subject)),
        p_own,
        (select t.config ->> 'compatibility_policy' from sluicegate.setting t where (t.context, t.subject) = (p_context, '')),
        (select t.config ->> 'compatibility_policy' from sluicegate.setting t where (t.context, t.subject) = ('.__GLOBAL', '')))
$$;

-- As create_schema_4, with a policy of the schema's own.
create function sluicegate.create_schema_5(
    p_name text, p_description text, p_publisher_id text, p_compatibility text, p_validity text,
    p_format text, p_text text, p_fingerprint text, p_guid uuid, p_identity text, p_artifact bytea, p_attributes text[], p_terms text[],
    p_names text[], p_referenced bigint[], p_numbers integer[], p_actor text, p_request_id text, p_policy text,
    out outcome text, out schema_id bigint, out number integer
) language plpgsql as $$
begin
    select c.outcome, c.schema_id, c.number into outcome, schema_id, number
    from sluicegate.create_schema_4(
        p_name, p_description, p_publisher_id, p_compatibility, p_validity, p_format, p_text, p_fingerprint, p_guid, p_identity, p_artifact,
        p_attributes, p_terms, p_names, p_referenced, p_numbers, p_actor, p_request_id) c;
    if outcome = 'added' and p_policy is not null then
        update sluicegate.schema s set compatibility_policy = p_policy where s.id = create_schema_5.schema_id;
    end if;
end $$;
