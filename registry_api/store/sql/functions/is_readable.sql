-- Whether the caller may read a subject, by the ranges of `reading`. Empty settings: all
-- subjects.
create or replace function sluicegate.is_readable(p_context text, p_subject text) returns boolean language sql stable as $$
    select coalesce(current_setting('sluicegate.readable_ends', true), '') = '' or coalesce(
        (p_context || ':' || p_subject) collate "C" < (current_setting('sluicegate.readable_ends')::text[])[
            width_bucket(
                (p_context || ':' || p_subject) collate "C", current_setting('sluicegate.readable_firsts')::text[])
        ], false)
$$;
