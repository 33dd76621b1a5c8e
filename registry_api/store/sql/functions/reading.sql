-- Returns the first argument, after the ranges of readable subjects were noted for this
-- transaction: sorted ranges of `context:name`. It stands where an argument of a call is
-- evaluated first.
create or replace function sluicegate.reading(p_argument text, p_firsts text, p_ends text) returns text language sql volatile as $$
    select case
        when set_config('sluicegate.readable_firsts', p_firsts, true) is null then null
        when set_config('sluicegate.readable_ends', p_ends, true) is null then null
        else p_argument
    end
$$;
