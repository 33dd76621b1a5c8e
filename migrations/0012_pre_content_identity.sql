-- Which content is just this one.
create index content_identity on sluicegate.content (identity, context);
