"""The composition root: settings -> store -> core -> facades -> one WSGI application."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from sluicegate.registry_api.admission import Admission, admission
from sluicegate.registry_api.answers import AnswerCache
from sluicegate.registry_api.callers.encryption import Notices, joined, over_tls
from sluicegate.registry_api.callers.open_registry import OpenRegistry, notices
from sluicegate.registry_api.callers.upkeep import Upkeep
from sluicegate.registry_api.core.access.identity import Identity
from sluicegate.registry_api.core.access.ports import AccessTables
from sluicegate.registry_api.core.forms import Forms
from sluicegate.registry_api.core.general import General, GeneralModes
from sluicegate.registry_api.core.guard.store import GuardedStore
from sluicegate.registry_api.core.ports import ChangeFeed, Examiner, Readiness, Store
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.core.service import Defaults, Registry
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.core.tagging import Tagging
from sluicegate.registry_api.cross_origin import CrossOrigin
from sluicegate.registry_api.encodings import ContentEncodings
from sluicegate.registry_api.eviction import evicting, follow
from sluicegate.registry_api.facades.admin.facade import admin
from sluicegate.registry_api.facades.admin.routes import AdminRoutes
from sluicegate.registry_api.facades.allowance import BodyAllowance
from sluicegate.registry_api.facades.artifacts.facade import ArtifactApi, artifacts
from sluicegate.registry_api.facades.confluent.facade import Routes, confluent
from sluicegate.registry_api.facades.confluent.rewriting import ConfluentAddresses
from sluicegate.registry_api.facades.mount import Surroundings, mount
from sluicegate.registry_api.facades.native.facade import native
from sluicegate.registry_api.facades.native.routes import NativeRoutes
from sluicegate.registry_api.facades.native.wire import PageSize
from sluicegate.registry_api.facades.openapi.document import document
from sluicegate.registry_api.facades.operation import Facade, Source
from sluicegate.registry_api.facades.ops.browsers import BrowserAddresses, BrowserRoutes
from sluicegate.registry_api.facades.ops.description import Description
from sluicegate.registry_api.facades.ops.routes import OpsRoutes, ops
from sluicegate.registry_api.facades.unknown import unknown
from sluicegate.registry_api.hot import HotReads
from sluicegate.registry_api.metrics import Metrics, PoolState
from sluicegate.registry_api.registry_id import RegistryId
from sluicegate.registry_api.request_ids import RequestIds
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.registry_api.store.access import PostgresAccess
from sluicegate.registry_api.store.address import require_address
from sluicegate.registry_api.store.feed import PostgresFeed
from sluicegate.registry_api.store.memory_access import MemoryAccess
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.registry_api.trial.program import trial_program
from sluicegate.registry_api.trial.triage import Triage
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats.catalog import Catalog, engine
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.pool import ProcessPool
from sluicegate.shared.sandbox.process import Sandbox


@dataclass(frozen=True, slots=True)
class StorePorts:
    """The ports of one store, and how to let go of it."""

    store: Store
    readiness: Readiness
    feed: ChangeFeed
    close: Callable[[], None]
    pool: Callable[[], PoolState] | None = None
    reopen: Callable[[], None] = lambda: None
    access: AccessTables | None = None
    """The tables of access control; None: in memory."""


@dataclass(frozen=True, slots=True)
class Application:
    """The registry as a WSGI application. `flask` is the application behind the hot reads."""

    wsgi: WSGIApplication
    hot: HotReads
    flask: Flask
    facades: tuple[Facade, ...]
    close: Callable[[], None]
    storeless_paths: frozenset[str]
    """Paths whose requests need no database."""
    asking_paths: frozenset[str]
    """Paths whose answers need no database, and whose callers are looked up in it."""
    probe_paths: frozenset[str]
    """Paths whose requests ask how the database is."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self.wsgi(environ, start_response)


def open_store(settings: RegistrySettings) -> StorePorts:
    """Open Postgres. Return at once, whether or not the database answers.

    Raises `SettingsInvalid` when the address of the database is malformed.
    """
    url = settings.database_url.get_secret_value()
    require_address(url)
    require_address(settings.server_url, "database_direct_url")
    pool = settings.pool
    database = Database(
        url,
        PoolLimits(pool.min_size, pool.max_size, pool.timeout, pool.statement_timeout),
        pooler=settings.database_direct_url is not None,
    )
    store = PostgresStore(database)
    access = PostgresAccess(database)
    return StorePorts(
        store, store, PostgresFeed(settings.server_url), database.close, database.state, database.reopen, access
    )


def open_examiner(settings: RegistrySettings, metrics: Metrics) -> Triage:
    """Return the trial processes and the triage before them, not ready yet. The caller closes it."""
    trial = settings.trial
    limits = Limits(trial.seconds, trial.memory_bytes)
    options = settings.formats.options
    program = trial_program(limits, options)
    pool = ProcessPool(lambda: Sandbox(program), trial.processes, trial.wait)
    pool.keep_swept()
    trials = TrialExaminer(pool, limits, metrics)
    return Triage(trials, Catalog(options).engine, metrics)


def compose(
    settings: RegistrySettings,
    ports: StorePorts,
    examiner: Examiner,
    identity: Identity | None = None,
    metrics: Metrics | None = None,
) -> Application:
    """Everything over an open store.

    `close` of the result ends the feed and closes the store; the examiner stays as it is.
    `identity`: other than the settings say. Raises `BootstrapFailed`.
    """
    admitted = admission(settings, ports.access or MemoryAccess(), SystemClock())
    identity = identity or admitted.identity
    metrics = metrics or Metrics(multiprocess=settings.multiprocess_metrics)
    cache = AnswerCache(settings.hot_cache_bytes)
    defaults = Defaults(settings.general_compatibility, settings.default_validity, settings.json_compatibility)
    general = GeneralModes(ports.store, General(settings.general_compatibility, settings.default_validity))
    store = GuardedStore(evicting(ports.store, cache), settings.auth.create_role)
    registry = Registry(store, examiner, defaults, metrics, general)

    def restart() -> None:
        cache.clear()
        ports.reopen()

    others = _by_subject(settings, store, examiner, general, restart)
    facades = _facades(registry, others, ports.readiness, metrics, settings, admitted)
    request_ids, registry_id = RequestIds(), RegistryId(ports.store.registry_id)
    more = _notices(settings, admitted, identity)
    surroundings = Surroundings(
        identity,
        metrics,
        request_ids,
        registry_id,
        BodyAllowance(settings.body_limit, settings.body_depth),
        admitted.auditor,
        admitted.proxies.source,
        more,
        _sampler(ports, metrics),
    )
    flask = mount(facades, surroundings)
    behind = ConfluentAddresses(BrowserAddresses(flask.wsgi_app))
    logged = settings.log_level == "debug"
    hot = HotReads(behind, cache, identity, request_ids, registry_id, metrics, log_reads=logged, notices=more)
    follow(ports.feed, cache, general, registry_id, admitted.memory)
    if ports.access is not None:
        admitted.upkeep.start()
    outer = CrossOrigin(ContentEncodings(hot), settings.cors_origins)
    return Application(
        outer, hot, flask, facades, lambda: _close(ports, admitted.upkeep), *_paths_without_pool(facades)
    )


def _notices(settings: RegistrySettings, admitted: Admission, identity: Identity) -> Notices:
    """The headers of an answer that depend on its request."""
    encrypted = over_tls(admitted.proxies, served=settings.tls.cert is not None)
    return joined(encrypted, notices) if isinstance(identity, OpenRegistry) else encrypted


def _by_subject(
    settings: RegistrySettings,
    store: Store,
    examiner: Examiner,
    general: GeneralModes,
    restart: Callable[[], None],
) -> tuple[Facade, ...]:
    defaults = Config(compatibility=settings.general_compatibility)
    subjects = Subjects.over(store, examiner, Tagging(engine), defaults, general.forget, settings.default_validity)
    forms = Forms(store.versions, engine)
    allowed = restart if settings.confluent_restart else None
    routes = Routes.over(subjects, forms, settings.confluent_profile, allowed, settings.page_bytes)
    return (*confluent(routes), artifacts(ArtifactApi.over(subjects, settings.page_bytes)))


def _facades(
    registry: Registry,
    others: tuple[Facade, ...],
    readiness: Readiness,
    metrics: Metrics,
    settings: RegistrySettings,
    admitted: Admission,
) -> tuple[Facade, ...]:
    administration = AdminRoutes(admitted.administration, settings.auth.create_role)
    operations = OpsRoutes(readiness, metrics.exposition if settings.metrics.enabled else None)
    facades: tuple[Facade, ...] = (
        native(NativeRoutes(registry, PageSize(settings.page_size, settings.page_bytes))),
        *others,
        admin(administration),
        ops(operations, Description(lambda: document(facades)), BrowserRoutes()),
        unknown(),
    )
    administration.publish(facades)
    return facades


def _paths_without_pool(facades: tuple[Facade, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the paths that need no database, those that need it for their callers, and those that ask how it is."""

    def paths(source: Source, *, asking: bool) -> frozenset[str]:
        return frozenset(
            (mount + operation.path).rstrip("/") or "/"
            for facade in facades
            for mount in facade.mounts
            for operation in facade.operations
            if operation.source is source and (operation.need is not None) is asking
        )

    without = paths(Source.NOTHING, asking=False)
    return without, paths(Source.NOTHING, asking=True), paths(Source.PROBE, asking=False)


def _sampler(ports: StorePorts, metrics: Metrics) -> Callable[[], None]:
    pool = ports.pool
    return (lambda: None) if pool is None else (lambda: metrics.set_pool(pool()))


def _close(ports: StorePorts, upkeep: Upkeep) -> None:
    upkeep.close()
    ports.feed.close()
    ports.close()
