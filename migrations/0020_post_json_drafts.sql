-- What the release before registered while both were running.
-- A schema that names its draft is not read by what is kept here.

update sluicegate.content set artifact = '2020-12' where format = 'json' and artifact is null;
