-- Modes, aliases and configured compatibility are predicates of every change of a subject, and
-- settings change independently of its rows. A writer holds the lock of settings for share
-- before it reads any of them and until it commits; a change of settings takes the same lock
-- exclusively. The lock comes first in the order of locks: nothing that a writer holds can make
-- a change of settings wait for a transaction that waits for the writer.
create or replace function sluicegate.hold_settings() returns void language sql as $$
    select pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0)
$$;
