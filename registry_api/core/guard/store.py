"""The changes of the store, each for callers with the role that it needs."""

from collections.abc import Callable, Sequence

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import Forbidden, VersionReferenced
from sluicegate.registry_api.core.guard.authority import Authority, current
from sluicegate.registry_api.core.guard.reader import GuardedReader
from sluicegate.registry_api.core.guard.view import ABSENT, GuardedView, visible_scopes, visible_state
from sluicegate.registry_api.core.model import Caller, NewSchema, NewVersion, Referrer, Registration, VersionState
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import Choose, Decide, State, Store, Target, View
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.shared.model import SchemaId, VersionNumber


class GuardedStore(GuardedReader):
    """`Store` for the current caller.

    Raises `Forbidden` in addition to the errors of the port.
    """

    def __init__(
        self, store: Store, create_role: Role = Role.MANAGER, authority: Callable[[], Authority] = current
    ) -> None:
        """Take the store. `create_role` is the role on a name that registers its first version."""
        super().__init__(store, authority)
        self._create_role = create_role

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        """See `Store`."""
        authority = self._current()

        def guarded(state: State, view: View) -> NewVersion | None:
            seen = visible_state(state, authority)
            if seen.schema_id is None and isinstance(target, int):
                return decide(ABSENT, GuardedView(view, authority))
            authority.require(self._role(seen, authority), seen.subject)
            return decide(seen, GuardedView(view, authority))

        if isinstance(target, NewSchema):
            self._require_later_name(target, authority)
        done = self._store.register(target, guarded, caller, authority.readable)
        if done is not None and done.added:
            authority.added.add(done.schema_id)
        return done

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """See `Store`."""
        if not self._may_delete(schema_id):
            return False
        try:
            return self._store.delete_schema(schema_id, caller)
        except VersionReferenced as error:
            raise self._visible_referrals(error) from None

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """See `Store`."""
        if not self._may_delete(schema_id):
            return False
        try:
            return self._store.delete_version(schema_id, number, caller)
        except VersionReferenced as error:
            raise self._visible_referrals(error) from None

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """See `Store`."""
        return self._store.delete(subject, _managed(choose, self._current()), caller, permanent=permanent)

    def put_state(
        self, subject: SubjectName, choose: Choose, wanted: VersionState, caller: Caller
    ) -> Sequence[VersionNumber]:
        """See `Store`."""
        return self._store.put_state(subject, _managed(choose, self._current()), wanted, caller)

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """See `Store`. A mode in which ids come with registrations is the cluster's."""
        authority = self._current()

        def guarded(scopes: Scopes, occupied: bool) -> ScopeSettings:
            if not authority.reads(scope):
                change(visible_scopes(scopes, scope, authority), False)
            authority.require_scope(scope)
            settings = change(scopes, occupied)
            before = scopes.subject.mode
            if settings.mode is not None and settings.mode.takes_ids and settings.mode is not before:
                authority.require(Role.MANAGER, CLUSTER)
            return settings

        return self._store.put_settings(scope, guarded, caller, clear_deleted=clear_deleted)

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """See `Store`."""
        self._current().require(Role.MANAGER, CLUSTER)
        self._store.clear_modes(context, caller)

    def delete_context(self, context: str, caller: Caller) -> bool:
        """See `Store`."""
        self._current().require(Role.MANAGER, CLUSTER)
        return self._store.delete_context(context, caller)

    def _role(self, state: State, authority: Authority) -> Role:
        """The role that registers a version."""
        role = self._create_role if state.schema_id is None else Role.WRITER
        return authority.needed if authority.needed.implies(role) else role

    def _require_later_name(self, target: NewSchema, authority: Authority) -> None:
        """Refuse a later schema of a name if its creator could not read it.

        It becomes the subject `<name>.<schema_id>`.
        """
        name = SubjectName(DEFAULT_CONTEXT, target.name)
        later = SubjectName(DEFAULT_CONTEXT, f"{target.name}.0")
        allows = authority.grants.allows
        if not allows(self._create_role, name) or allows(self._create_role, later):
            return
        if self._store.state(name).schema_id is not None:
            shown = f"{target.name}.*"
            raise Forbidden(f"The name {target.name!r} is taken. This needs the role {self._create_role} on {shown!r}.")

    def _may_delete(self, schema_id: SchemaId) -> bool:
        """Whether a schema is visible.

        Raises `Forbidden` where it is, and the caller is no manager of it.
        """
        authority = self._current()
        if schema_id in authority.added or authority.grants.allows(Role.MANAGER, CLUSTER):
            return True
        state = self._store.state(schema_id)
        if state.schema_id is None or not authority.reads(state.subject):
            return False
        authority.require(Role.MANAGER, state.subject)
        return True

    def _visible_referrals(self, error: VersionReferenced) -> VersionReferenced:
        """The same error, without the names of invisible schemas."""
        visible = {each.address for each in self.versions({referral.by for referral in error.referrals})}
        return VersionReferenced(referral for referral in error.referrals if referral.by in visible)


def _managed(choose: Choose, authority: Authority) -> Choose:
    """The choice of a manager of the subject; an invisible subject is absent."""

    def guarded(
        state: State,
        numbers: Sequence[tuple[VersionNumber, bool]],
        referrers: Sequence[tuple[VersionNumber, Referrer]],
    ) -> Sequence[VersionNumber]:
        if not authority.reads(state.subject):
            choose(visible_state(state, authority), (), ())
        authority.require(Role.MANAGER, state.subject)
        return choose(state, numbers, referrers)

    return guarded
