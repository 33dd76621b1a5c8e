-- `PUT /mode` kept READONLY_OVERRIDE for all contexts, where only `PUT /mode/:.__GLOBAL:` reached it. It moves to the default context.

insert into sluicegate.setting (context, subject, mode)
select '.', '', s.mode from sluicegate.setting s where (s.context, s.subject, s.mode) = ('.__GLOBAL', '', 'READONLY_OVERRIDE')
on conflict (context, subject) do update set mode = excluded.mode;

delete from sluicegate.setting where (context, subject, mode) = ('.__GLOBAL', '', 'READONLY_OVERRIDE') and config is null;

update sluicegate.setting set mode = null where (context, subject, mode) = ('.__GLOBAL', '', 'READONLY_OVERRIDE');
