"""Confluent's API as a list of operations: what each path takes, needs and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response
from pydantic import BaseModel

from registry_api.core.access import Role
from registry_api.core.subjects.forms import Forms
from registry_api.core.subjects.service import Subjects
from registry_api.facades.confluent import examples
from registry_api.facades.confluent.errors import refuse, write
from registry_api.facades.confluent.intake import ConfluentIntake
from registry_api.facades.confluent.media import JSON, V1, VENDOR
from registry_api.facades.confluent.profile import Profile
from registry_api.facades.confluent.rewriting import PREFIX
from registry_api.facades.confluent.routes.compatibility import CompatibilityRoutes
from registry_api.facades.confluent.routes.schemas import SchemaRoutes
from registry_api.facades.confluent.routes.server import ServerRoutes
from registry_api.facades.confluent.routes.settings import SettingsRoutes
from registry_api.facades.confluent.routes.subjects import SubjectRoutes
from registry_api.facades.confluent.routes.versions import VersionRoutes
from registry_api.facades.confluent.wire import answers, queries, requests
from registry_api.facades.confluent.wire.rendering import Rendering
from registry_api.facades.operation import Facade, Need, Operation, Reply, Scope

_MEDIA: Final = (V1, VENDOR, JSON)
_READS = Need(Role.READER, Scope.CLUSTER)
_WRITES = Need(Role.WRITER, Scope.CLUSTER)
_MANAGES = Need(Role.MANAGER, Scope.CLUSTER)

_TEXT = {"type": "string"}
_ID = {"type": "integer", "format": "int32"}
PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "subject": {"type": "string", "description": "A subject; `:.context:subject` names one of another context."},
    "version": {"type": "string", "description": "A number, `latest` or `-1`."},
    "id": _ID,
    "guid": {"type": "string", "format": "uuid"},
    "context": _TEXT,
    "namespace": _TEXT,
    "resource": _TEXT,
}
_ROOT_PATHS: Final = (
    "/", "/subjects", "/schemas/ids", "/schemas/types", "/schemas/guids", "/config", "/mode", "/compatibility", "/contexts",
    "/associations", "/v1/metadata", "/restart",
)  # fmt: skip
UNSERVED: Final = (
    "/dek-registry", "/exporters", "/security", "/catalog", "/associations:batchGet", "/associations:batchMutate",
)  # fmt: skip
"""What Confluent's platform has there and this registry has not: it is said in the words that its clients know."""

_CODES: Final[Mapping[int, str]] = {
    400: "The body cannot be read",
    401: "Nobody is known by these credentials",
    403: "The caller lacks the role",
    404: "It is not there; the code says what",
    406: "The caller takes none of the media types that there are",
    409: "The schema is not compatible with those that are there",
    413: "The body is over the limit",
    415: "The body is of a media type that nobody reads",
    422: "It cannot be done; the code says why",
    500: "The database does not answer, or the fault is ours",
}
_ALWAYS = (401, 403, 406, 500)
_BODIED = (400, 413, 415, 422)


@dataclass(frozen=True, slots=True)
class Routes:
    """All views."""

    schemas: SchemaRoutes
    subjects: SubjectRoutes
    versions: VersionRoutes
    compatibility: CompatibilityRoutes
    settings: SettingsRoutes
    server: ServerRoutes

    @classmethod
    def over(cls, subjects: Subjects, forms: Forms, profile: Profile, restart: Callable[[], None] | None) -> "Routes":
        """The views over a core. `restart`: see `ServerRoutes`."""
        rendering = Rendering(profile)
        return cls(
            SchemaRoutes(subjects, forms, rendering),
            SubjectRoutes(subjects, forms, rendering),
            VersionRoutes(subjects, forms, rendering),
            CompatibilityRoutes(subjects),
            SettingsRoutes(subjects),
            ServerRoutes(subjects, restart),
        )


def confluent(routes: Routes) -> tuple[Facade, Facade]:
    """The facade over these views, at the root and below its prefix; and the one path that is its own only below the prefix."""
    shared = (
        *_schemas(routes.schemas),
        *_subjects(routes.subjects),
        *_versions(routes.versions),
        *_compatibility(routes.compatibility),
        *_settings(routes.settings),
        *_server(routes.server),
    )
    root = Facade("confluent", (*_ROOT_PATHS, *UNSERVED), shared, refuse, write, ConfluentIntake(), mounts=("", PREFIX))
    listing = _operation(
        "GET", f"{PREFIX}/schemas", "listSchemaVersions", "Versions of all subjects", routes.schemas.listing,
        tuple[answers.ListedAnswer, ...], query=queries.Schemas,
    )  # fmt: skip
    return root, Facade("confluent", (PREFIX,), (listing,), refuse, write, ConfluentIntake())


def _operation(
    method: str,
    path: str,
    name: str,
    summary: str,
    view: Callable[..., Response],
    shape: Any,
    need: Need | None = _READS,
    *,
    errors: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    example: Any = None,
) -> Operation:
    paged = query is not None and issubclass(query, queries.Paging)
    told = {*_ALWAYS, *errors, *(_BODIED if body else ()), *((404,) if paged else ())}
    statuses = told - ({401, 403} if need is None else set())
    replies = {status: Reply(_CODES[status], answers.ErrorAnswer, (V1,)) for status in sorted(statuses)}
    done = {204: Reply("Done")} if shape is None else {200: Reply("Done", shape, _MEDIA)}
    named = {parameter: PARAMETERS[parameter] for parameter in PARAMETERS if f"{{{parameter}}}" in path}
    return Operation(
        method, path, name, summary, view, {**done, **replies}, need, body, query, named, example
    )  # fmt: skip


def _schemas(routes: SchemaRoutes) -> tuple[Operation, ...]:
    identified, missing = answers.IdentifiedAnswer, (404,)
    return (
        _operation(
            "GET", "/schemas/types", "listSchemaTypes", "The formats that there are", routes.types, tuple[str, ...],
        ),
        _operation(
            "GET", "/schemas/ids/{id}", "getSchemaById", "The schema of an id", routes.identified, identified,
            errors=missing, query=queries.SchemaById,
        ),
        _operation(
            "GET", "/schemas/ids/{id}/schema", "getSchemaTextById", "The text of an id", routes.text, str,
            errors=missing, query=queries.SchemaById,
        ),
        _operation(
            "GET", "/schemas/ids/{id}/subjects", "listSubjectsOfId", "The subjects that have an id", routes.subjects,
            tuple[str, ...], errors=missing, query=queries.WhereUsed,
        ),
        _operation(
            "GET", "/schemas/ids/{id}/versions", "listVersionsOfId", "The versions that have an id", routes.versions,
            tuple[answers.SubjectVersionAnswer, ...], errors=missing, query=queries.WhereUsed,
        ),
        _operation(
            "GET", "/schemas/guids/{guid}", "getSchemaByGuid", "The schema of a guid", routes.by_guid, identified,
            errors=missing, query=queries.SchemaByGuid,
        ),
        _operation(
            "GET", "/schemas/guids/{guid}/ids", "listIdsOfGuid", "The ids of a guid, by context", routes.ids_of_guid,
            tuple[answers.ContextIdAnswer, ...], errors=missing,
        ),
    )  # fmt: skip


def _subjects(routes: SubjectRoutes) -> tuple[Operation, ...]:
    version = answers.VersionAnswer
    return (
        _operation(
            "GET", "/subjects", "listSubjects", "The names of subjects", routes.listing, tuple[str, ...],
            query=queries.Subjects,
        ),
        _operation(
            "POST", "/subjects/{subject}", "lookUpSchema", "The version of a subject that is just this schema",
            routes.lookup, version, errors=(404,), body=requests.SchemaRequest, query=queries.Lookup,
            example=examples.SCHEMA,
        ),
        _operation(
            "GET", "/subjects/{subject}/metadata", "getVersionWithMetadata", "The newest version with some properties",
            routes.newest_with, version, errors=(404,), query=queries.ByMetadata,
        ),
        _operation(
            "DELETE", "/subjects/{subject}", "deleteSubject", "Delete all versions: softly, or for good",
            routes.delete, tuple[int, ...], _MANAGES, errors=(404, 422), query=queries.Deleting,
        ),
    )  # fmt: skip


def _versions(routes: VersionRoutes) -> tuple[Operation, ...]:
    one, missing = "/subjects/{subject}/versions/{version}", (404, 422)
    return (
        _operation(
            "GET", "/subjects/{subject}/versions", "listVersions", "The numbers of a subject's versions", routes.listing,
            tuple[int, ...], errors=(404,), query=queries.Versions,
        ),
        _operation(
            "POST", "/subjects/{subject}/versions", "registerVersion", "Register a schema, or find it registered",
            routes.register, answers.RegisteredAnswer, _WRITES, errors=(409,), body=requests.SchemaRequest,
            query=queries.Registering, example=examples.SCHEMA,
        ),
        _operation(
            "GET", one, "getSubjectVersion", "One version", routes.version, answers.VersionAnswer,
            errors=missing, query=queries.OneVersion,
        ),
        _operation(
            "GET", f"{one}/schema", "getSubjectVersionText", "The text of one version", routes.text, str,
            errors=missing, query=queries.OneVersion,
        ),
        _operation(
            "GET", f"{one}/referencedby", "listReferrers", "The ids of schemas that refer to a version", routes.referrers,
            tuple[int, ...], errors=missing, query=queries.ReferencedBy,
        ),
        _operation(
            "DELETE", one, "deleteSubjectVersion", "Delete one version: softly, or for good", routes.delete, int,
            _MANAGES, errors=missing, query=queries.Deleting,
        ),
    )  # fmt: skip


def _compatibility(routes: CompatibilityRoutes) -> tuple[Operation, ...]:
    path = "/compatibility/subjects/{subject}/versions"
    return (
        _operation(
            "POST", path, "checkSubject", "Whether a schema may follow a subject's versions", routes.with_all,
            answers.CompatibilityAnswer, body=requests.SchemaRequest, query=queries.Comparing, example=examples.SCHEMA,
        ),
        _operation(
            "POST", f"{path}/{{version}}", "checkVersion", "Whether a schema fits one version", routes.with_one,
            answers.CompatibilityAnswer, errors=(404,), body=requests.SchemaRequest, query=queries.Comparing,
            example=examples.SCHEMA,
        ),
    )  # fmt: skip


def _settings(routes: SettingsRoutes) -> tuple[Operation, ...]:
    return tuple(
        operation
        for path, name, whose in (("", "Global", "all subjects"), ("/{subject}", "Subject", "a subject or a context"))
        for operation in (
            _operation(
                "GET", f"/config{path}", f"get{name}Config", f"What is configured for {whose}", routes.config,
                answers.ConfigAnswer, errors=(404,), query=queries.ScopedSettings,
            ),
            _operation(
                "PUT", f"/config{path}", f"update{name}Config", f"Configure {whose}: what is not named stays",
                routes.put_config, requests.ConfigRequest, _MANAGES, body=requests.ConfigRequest, example=examples.CONFIG,
            ),
            _operation(
                "DELETE", f"/config{path}", f"delete{name}Config", f"Forget what is configured for {whose}",
                routes.delete_config, answers.ConfigAnswer, _MANAGES, errors=(404, 422),
            ),
            _operation(
                "GET", f"/mode{path}", f"get{name}Mode", f"The mode of {whose}", routes.mode, answers.ModeAnswer,
                errors=(404,), query=queries.ScopedSettings,
            ),
            _operation(
                "PUT", f"/mode{path}", f"update{name}Mode", f"Set the mode of {whose}", routes.put_mode,
                requests.ModeRequest, _MANAGES, body=requests.ModeRequest, query=queries.ModeChange, example=examples.MODE,
            ),
            _operation(
                "DELETE", f"/mode{path}", f"delete{name}Mode", f"Forget the mode of {whose}", routes.delete_mode,
                answers.ModeAnswer, _MANAGES, errors=(404, 422), query=queries.ModeRemoval,
            ),
        )
    )  # fmt: skip


def _server(routes: ServerRoutes) -> tuple[Operation, ...]:
    nothing = tuple[dict[str, Any], ...]
    return (
        _operation("GET", "/", "getRoot", "Nothing: it is there", routes.root, answers.NothingAnswer, None),
        _operation("POST", "/", "postRoot", "Nothing: it is there", routes.root, answers.NothingAnswer, None),
        _operation(
            "GET", "/contexts", "listContexts", "The contexts", routes.contexts, tuple[str, ...], query=queries.Contexts,
        ),
        _operation(
            "DELETE", "/contexts/{context}", "deleteContext", "Forget a context in which nothing stands",
            routes.delete_context, None, _MANAGES, errors=(422,),
        ),
        _operation("GET", "/v1/metadata/id", "getCluster", "Which registry this is", routes.cluster, answers.ClusterAnswer),
        _operation("GET", "/v1/metadata/version", "getRelease", "Which release this is", routes.release, answers.ReleaseAnswer),
        _operation(
            "GET", "/v1/metadata/deployment", "getDeployment", "How it is deployed", routes.deployment,
            answers.DeploymentAnswer,
        ),
        _operation(
            "GET", "/associations/subjects/{subject}", "listAssociationsOfSubject", "None", routes.associations, nothing,
            query=queries.Associations,
        ),
        _operation(
            "GET", "/associations/resources/{resource}", "listAssociationsOfResource", "None", routes.associations, nothing,
            query=queries.Associations,
        ),
        _operation(
            "GET", "/associations/resources/{namespace}/{resource}", "listAssociationsOfNamedResource", "None",
            routes.associations, nothing, query=queries.Associations,
        ),
        _operation(
            "POST", "/restart", "restart", "Reload caches and open the pool anew, where the configuration allows it",
            routes.restart, answers.RestartAnswer, _MANAGES, errors=(404,),
        ),
    )  # fmt: skip
