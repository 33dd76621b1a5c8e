"""Registration of versions in Postgres: one write for all APIs, conditional on its decision.

A decision takes Python and time, so it is made outside a transaction. The write compares the
revision of the schema and its settings with those of the decision, under locks; if they differ, the
decision is made again. After two conflicts the writer takes the locks first, so that every writer
succeeds.

The first decision is made on a guess where one is likely to be right. A new schema needs only the
settings of its scope, which seldom change: no such schema, and the last known settings. A subject
to which this process added the last two versions is as the last one left it. The write refuses a
wrong guess.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, TypeVar

import psycopg

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.errors import ReferenceGone, RegistryError, StoreUnavailable
from sluicegate.registry_api.core.model import Caller, NewSchema, NewVersion, Outcome, Registration, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, GLOBAL_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import Decide, State, Target
from sluicegate.registry_api.core.subject_errors import IdTaken, NotPermitted, NumberTaken, ReferenceExists
from sluicegate.registry_api.store.connection import StoreConnection
from sluicegate.registry_api.store.parameters import array, of_caller, of_schema, of_version
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.queries import QUERIES, REGISTER_VERSION
from sluicegate.registry_api.store.readable import of_readable_contents
from sluicegate.registry_api.store.rows import Basis, Settings, to_address, to_kept, to_scopes
from sluicegate.registry_api.store.view import PostgresView
from sluicegate.shared.model import SchemaId

_TRIES: Final = 2  # before a writer takes the locks first: each may cost a useless decision
_LOCKED_TRIES: Final = 20  # a subject that is not there cannot be locked, and may come and go
_ID_TAKEN: Final = "SG001"
_NUMBER_TAKEN: Final = "SG002"
_MAX_REMEMBERED: Final = 10_000
_MAX_OWN: Final = 256
_MAX_CHARACTERS: Final = 64 * 1024  # of the text of a remembered state

K = TypeVar("K")
V = TypeVar("V")


class PostgresRegistration:
    """Registers versions. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        self._database = database
        self._guesses = Guesses()

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        """See `Store`."""
        attempt = _Attempt(target, decide, caller, self._guesses, readable)
        guess = self._guesses.of(target)
        if guess is not None:
            if attempt.succeeds_by_guess(self._database, guess):
                return attempt.done
            self._guesses.forget(target)
        for _ in range(_TRIES):
            with self._database.connection() as connection:
                read = attempt.read(connection)
            if attempt.succeeds(self._database, read):
                return attempt.done
        for _ in range(_LOCKED_TRIES):
            with self._database.connection() as connection, connection.transaction():
                connection.rows(QUERIES.hold_settings, {})
                if attempt.succeeds_locked(connection):
                    return attempt.done
        raise StoreUnavailable


class _Own(NamedTuple):
    """The state that this process left a subject in. `repeated`: it had left the state before, too."""

    state: State
    basis: Basis
    repeated: bool

    def left(self, latest: Version) -> bool:
        """Whether a version is the newest of the state."""
        return self.state.latest is not None and self.state.latest.version_id == latest.version_id


class Guesses:
    """The last known settings of contexts, and the subjects with a schema. Thread-safe."""

    def __init__(self) -> None:
        """Start with contexts that have no settings."""
        self._lock = threading.Lock()
        self._settings: OrderedDict[str, Settings] = OrderedDict()
        self._subjects: OrderedDict[SubjectName, None] = OrderedDict()
        self._own: OrderedDict[SubjectName, _Own] = OrderedDict()

    def of(self, target: Target) -> tuple[State, Basis] | None:
        """The likely state of a target: it has no schema yet, or is as this process left it; None: not known."""
        place = _place(target)
        if place is None:
            return None
        with self._lock:
            own = self._own.get(place)
            if own is not None and own.repeated and not isinstance(target, NewSchema):
                return own.state, own.basis
            if place in self._subjects and not isinstance(target, NewSchema):
                return None
            settings = self._settings.get(place.context, ())
        return vacant(place, settings)

    def learn(self, place: SubjectName | None, state: State, basis: Basis) -> None:
        """Store the facts about a target."""
        general = [row for row in basis.settings if row[1] == ""]
        with self._lock:
            _remember(self._settings, state.subject.context, general)
            if place is not None and (state.schema_id is not None or state.subject != place):
                _remember(self._subjects, place, None)

    def learn_written(self, place: SubjectName | None, before: State, basis: Basis, added: Version) -> None:
        """Store the state that an added version left, for the second and later ones in a row."""
        if place is None or place != before.subject or basis.revision is None or before.latest is None:
            return
        with self._lock:
            known = self._own.pop(place, None)
            if len(added.text) + len(added.artifact or b"") > _MAX_CHARACTERS or added.metadata or added.rules:
                return
            repeated = known is not None and known.left(before.latest)
            state = replace(
                before,
                format=added.format if added.number >= before.last_version else before.format,
                last_version=max(before.last_version, added.number),
                latest=max(before.latest, added, key=lambda version: version.number),
            )
            own = _Own(state, Basis(basis.settings, basis.revision + 1), repeated)
            _remember(self._own, place, own, _MAX_OWN)

    def forget(self, target: Target) -> None:
        """Forget a state that is not the present one, or led to a refusal."""
        place = _place(target)
        if place is not None:
            with self._lock:
                self._own.pop(place, None)

    def learn_subject(self, place: SubjectName | None) -> None:
        """Remember that a subject has a schema."""
        if place is not None:
            with self._lock:
                _remember(self._subjects, place, None)


class _Attempt:
    """One registration, until its decision still holds when it is written."""

    def __init__(self, target: Target, decide: Decide, caller: Caller, guesses: Guesses, readable: Readable) -> None:
        self.done: Registration | None = None
        self._target = target
        self._new = target if isinstance(target, NewSchema) else None
        self._decide = decide
        self._caller = caller
        self._readable = readable
        self._guesses = guesses
        self._references = array(())

    def read(self, connection: StoreConnection) -> tuple[State, Basis]:
        """Read the state of the target."""
        place = _place(self._target)
        state, basis = PostgresView(connection.rows).read(_read_as(self._target))
        self._guesses.learn(place, state, basis)
        if self._new is None or place is None:
            return state, basis
        if state.schema_id is None and state.subject == place:
            return state, basis
        # The target of an alias may be in another context, whose settings mean nothing here.
        around = (place.context, GLOBAL_CONTEXT)
        return vacant(place, [row for row in basis.settings if row[0] in around and row[1] == ""])

    def succeeds_by_guess(self, database: Database, guess: tuple[State, Basis]) -> bool:
        """Decide on a guess and write.

        False: the guess was wrong, or leads to a refusal, which needs the real state.
        """
        try:
            new = self._decide(guess[0], PostgresView(database.rows))
        except RegistryError:
            return False
        return new is not None and self._written(database, guess, new)

    def succeeds_locked(self, connection: StoreConnection) -> bool:
        """Lock the schema, read it, decide and write. False: the schema came into being meanwhile."""
        state, _ = self.read(connection)
        parameters = {"schema_id": state.schema_id, "referenced": self._references}
        connection.rows(QUERIES.lock_for_registration, parameters)
        return self.succeeds(connection, self.read(connection))

    def succeeds(self, database: Database | StoreConnection, read: tuple[State, Basis]) -> bool:
        """Decide and write. False: the schema or its settings changed meanwhile."""
        new = self._decide(read[0], PostgresView(database.rows))
        return new is None or self._written(database, read, new)

    def _written(self, database: Database | StoreConnection, read: tuple[State, Basis], new: NewVersion) -> bool:
        state, basis = read
        asked = self._target if isinstance(self._target, SubjectName) else None
        parameters = {
            **_of_state(state, basis, asked),
            **of_schema(self._new),
            **of_version(new),
            **of_caller(self._caller),
            **of_readable_contents(self._readable),
        }
        self._references = str(parameters["referenced"])
        outcome, schema_id, number, *kept = _called(database, parameters, new)
        match outcome:
            case "added":
                address = to_address(int(schema_id), int(number))
                added = to_kept(state.subject, address, new, kept)
                self.done = Registration.of(added, Outcome.ADDED)
                self._guesses.learn_written(_place(self._target), state, basis, added)
                self._guesses.learn_subject(_place(self._target))
            case "exists":
                self.done = Registration(Outcome.EXISTS, *to_address(int(schema_id), int(number)))
            case "unreferable":
                raise ReferenceGone(to_address(int(schema_id), int(number)))
            case "referenced":
                raise ReferenceExists(state.subject, new.number)
            case "forbidden":
                raise NotPermitted
            case _:
                return False
        return True


def vacant(place: SubjectName, settings: Settings) -> tuple[State, Basis]:
    """The state of a subject that has no schema."""
    return State(place, to_scopes(place, settings)), Basis(settings, None)


def _read_as(target: Target) -> SubjectName | SchemaId:
    """The subject or the number by which the state of a target is read."""
    return SubjectName(DEFAULT_CONTEXT, target.name) if isinstance(target, NewSchema) else target


def _place(target: Target) -> SubjectName | None:
    """The subject that a target names; None where it names a number."""
    read = _read_as(target)
    return read if isinstance(read, SubjectName) else None


def _of_state(state: State, basis: Basis, asked: SubjectName | None) -> Mapping[str, str | None]:
    """The state that a decision was made on.

    `asked`: the subject of the request, which may be an alias.
    """
    alias = None if asked is None or asked == state.subject else asked
    return {
        "asked_context": None if alias is None else alias.context,
        "asked_subject": None if alias is None else alias.name,
        "schema_id": None if state.schema_id is None else str(state.schema_id),
        "context": state.subject.context,
        "subject": state.subject.name,
        "revision": None if basis.revision is None else str(basis.revision),
        "settings": json.dumps(basis.settings),
    }


def _called(
    database: Database | StoreConnection, parameters: Mapping[str, str | bytes | None], new: NewVersion
) -> Sequence[str]:
    try:
        if isinstance(database, Database):
            return database.call(REGISTER_VERSION, parameters)
        # A statement that psycopg deallocated would end the transaction that holds the locks.
        (row,) = database.rows(QUERIES.register_version, dict(parameters))
        return ["" if column is None else str(column) for column in row]
    except psycopg.Error as error:
        context, subject = str(parameters["context"]), str(parameters["subject"])
        if error.sqlstate == _ID_TAKEN and new.global_id is not None:
            raise IdTaken(context, new.global_id) from None
        if error.sqlstate == _NUMBER_TAKEN:
            raise NumberTaken(SubjectName(context, subject), new.number) from None
        raise


def _remember(memory: "OrderedDict[K, V]", key: K, value: V, most: int = _MAX_REMEMBERED) -> None:
    """Keep a value as the most recent one, and drop the oldest beyond the limit."""
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > most:
        memory.popitem(last=False)
