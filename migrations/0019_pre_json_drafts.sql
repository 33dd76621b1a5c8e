-- Schemas without `$schema` were read as 2020-12 until now, and stay so: the draft is kept beside the text.
-- A schema that names its draft is not read by what is kept here.

update sluicegate.content set artifact = '2020-12' where format = 'json' and artifact is null;
