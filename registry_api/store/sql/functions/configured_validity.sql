-- The validity that was configured for a subject before it was there.
create or replace function sluicegate.configured_validity(p_context text, p_subject text) returns text language sql stable as $$
    select s.config ->> 'validity' from sluicegate.setting s where s.context = p_context and s.subject = p_subject
$$;
