-- Notes the caller of the present transaction, as JSON: credential, key, source, api, operation,
-- context, subject. It is called in an argument of the function that makes the change, so that
-- the caller is known before the change. Returns the request id.
create or replace function sluicegate.on_behalf(p_request_id text, p_origin text) returns text language sql volatile as $$
    select case when set_config('sluicegate.origin', coalesce(p_origin, ''), true) is null then null else p_request_id end
$$;
