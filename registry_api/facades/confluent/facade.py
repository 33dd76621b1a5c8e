"""Confluent's API as a list of operations: inputs, rights and answers of each path."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sluicegate.registry_api.core.forms import Forms
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent import examples
from sluicegate.registry_api.facades.confluent.errors import refuse, write
from sluicegate.registry_api.facades.confluent.intake import ConfluentIntake
from sluicegate.registry_api.facades.confluent.operations import (
    ASKS,
    CHECKS,
    FINDS,
    LISTS,
    MANAGES,
    MANAGES_ALL,
    MANAGES_SETTINGS,
    READS,
    READS_SETTINGS,
    WRITES,
    declared,
)
from sluicegate.registry_api.facades.confluent.profile import Profile
from sluicegate.registry_api.facades.confluent.rewriting import PREFIX
from sluicegate.registry_api.facades.confluent.routes.compatibility import CompatibilityRoutes
from sluicegate.registry_api.facades.confluent.routes.schemas import SchemaRoutes
from sluicegate.registry_api.facades.confluent.routes.server import ServerRoutes
from sluicegate.registry_api.facades.confluent.routes.settings import SettingsRoutes
from sluicegate.registry_api.facades.confluent.routes.subjects import SubjectRoutes
from sluicegate.registry_api.facades.confluent.routes.versions import VersionRoutes
from sluicegate.registry_api.facades.confluent.wire import answers, queries, requests
from sluicegate.registry_api.facades.confluent.wire.rendering import Rendering
from sluicegate.registry_api.facades.operation import Facade, Operation, Source

_ROOT_PATHS: Final = (
    "/", "/subjects", "/schemas/ids", "/schemas/types", "/schemas/guids", "/config", "/mode", "/settings", "/compatibility", "/contexts",
    "/associations", "/v1/metadata", "/restart",
)  # fmt: skip
UNSERVED: Final = (
    "/dek-registry", "/exporters", "/security", "/catalog", "/associations:batchGet", "/associations:batchMutate",
)  # fmt: skip
"""Paths of Confluent's platform that this registry does not support, with its usual messages."""


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
    def over(
        cls,
        subjects: Subjects,
        forms: Forms,
        profile: Profile,
        restart: Callable[[], None] | None,
        max_page_bytes: int,
    ) -> "Routes":
        """The views over a core.

        `restart`: see `ServerRoutes`; `max_page_bytes`: see `SchemaRoutes`.
        """
        rendering = Rendering(profile)
        return cls(
            SchemaRoutes(subjects, forms, rendering, max_page_bytes),
            SubjectRoutes(subjects, forms, rendering),
            VersionRoutes(subjects, forms, rendering),
            CompatibilityRoutes(subjects),
            SettingsRoutes(subjects),
            ServerRoutes(subjects, restart),
        )


def confluent(routes: Routes) -> tuple[Facade, Facade]:
    """Return the facade at the root and below its prefix, and the one path below the prefix only."""
    shared = (
        *_schemas(routes.schemas),
        *_subjects(routes.subjects),
        *_versions(routes.versions),
        *_compatibility(routes.compatibility),
        *_settings(routes.settings),
        *_server(routes.server),
    )
    root = Facade("confluent", (*_ROOT_PATHS, *UNSERVED), shared, refuse, write, ConfluentIntake(), mounts=("", PREFIX))
    listing = declared(
        "GET", f"{PREFIX}/schemas", "listSchemaVersions", "Versions of all subjects", routes.schemas.listing,
        tuple[answers.ListedAnswer, ...], LISTS, query=queries.Schemas,
    )  # fmt: skip
    return root, Facade("confluent", (PREFIX,), (listing,), refuse, write, ConfluentIntake())


def _schemas(routes: SchemaRoutes) -> tuple[Operation, ...]:
    identified, missing = answers.IdentifiedAnswer, (404,)
    return (
        declared(
            "GET", "/schemas/types", "listSchemaTypes", "The formats that there are", routes.types, tuple[str, ...], ASKS,
            source=Source.NOTHING,
        ),
        declared(
            "GET", "/schemas/ids/{id}", "getSchemaById", "The schema of an id", routes.identified, identified, FINDS,
            errors=missing, query=queries.SchemaById,
        ),
        declared(
            "GET", "/schemas/ids/{id}/schema", "getSchemaTextById", "The text of an id", routes.text, str, FINDS,
            errors=missing, query=queries.SchemaById,
        ),
        declared(
            "GET", "/schemas/ids/{id}/subjects", "listSubjectsOfId", "The subjects that have an id", routes.subjects,
            tuple[str, ...], FINDS, errors=missing, query=queries.WhereUsed,
        ),
        declared(
            "GET", "/schemas/ids/{id}/versions", "listVersionsOfId", "The versions that have an id", routes.versions,
            tuple[answers.SubjectVersionAnswer, ...], FINDS, errors=missing, query=queries.WhereUsed,
        ),
        declared(
            "GET", "/schemas/guids/{guid}", "getSchemaByGuid", "The schema of a guid", routes.by_guid, identified, FINDS,
            errors=missing, query=queries.SchemaByGuid,
        ),
        declared(
            "GET", "/schemas/guids/{guid}/ids", "listIdsOfGuid", "The ids of a guid, by context", routes.ids_of_guid,
            tuple[answers.ContextIdAnswer, ...], FINDS, errors=missing,
        ),
    )  # fmt: skip


def _subjects(routes: SubjectRoutes) -> tuple[Operation, ...]:
    version = answers.VersionAnswer
    return (
        declared(
            "GET", "/subjects", "listSubjects", "The names of subjects", routes.listing, tuple[str, ...], LISTS,
            query=queries.Subjects,
        ),
        declared(
            "POST", "/subjects/{subject}", "lookUpSchema", "The version of a subject that is just this schema",
            routes.lookup, version, CHECKS, errors=(404,), body=requests.SchemaRequest, query=queries.Lookup,
            example=examples.SCHEMA,
        ),
        declared(
            "GET", "/subjects/{subject}/metadata", "getVersionWithMetadata", "The newest version with some properties",
            routes.newest_with, version, READS, errors=(404,), query=queries.ByMetadata,
        ),
        declared(
            "DELETE", "/subjects/{subject}", "deleteSubject", "Delete all versions: softly, or for good",
            routes.delete, tuple[int, ...], MANAGES, errors=(404, 422), query=queries.Deleting,
        ),
    )  # fmt: skip


def _versions(routes: VersionRoutes) -> tuple[Operation, ...]:
    one, missing = "/subjects/{subject}/versions/{version}", (404, 422)
    return (
        declared(
            "GET", "/subjects/{subject}/versions", "listVersions", "The numbers of a subject's versions", routes.listing,
            tuple[int, ...], READS, errors=(404,), query=queries.Versions,
        ),
        declared(
            "POST", "/subjects/{subject}/versions", "registerVersion", "Register a schema, or find it registered",
            routes.register, answers.RegisteredAnswer, WRITES, errors=(409,), body=requests.SchemaRequest,
            query=queries.Registering, example=examples.SCHEMA,
        ),
        declared(
            "GET", one, "getSubjectVersion", "One version", routes.version, answers.VersionAnswer, READS,
            errors=missing, query=queries.OneVersion,
        ),
        declared(
            "GET", f"{one}/schema", "getSubjectVersionText", "The text of one version", routes.text, str, READS,
            errors=missing, query=queries.OneVersion,
        ),
        declared(
            "GET", f"{one}/diff/{{other}}", "getSubjectDifferences",
            "The changes between two versions, and the verdict of each compatibility mode", routes.differences,
            answers.DifferencesAnswer, READS, errors=missing,
        ),
        declared(
            "GET", f"{one}/referencedby", "listReferrers", "The ids of schemas that refer to a version", routes.referrers,
            tuple[int, ...], READS, errors=missing, query=queries.ReferencedBy,
        ),
        declared(
            "POST", f"{one}/tags", "tagSubjectVersion", "Register a version anew with other tags, metadata or rules",
            routes.amend, answers.RegisteredAnswer, MANAGES, errors=(404, 409), body=requests.TagsRequest,
            example=examples.TAGS,
        ),
        declared(
            "DELETE", one, "deleteSubjectVersion", "Delete one version: softly, or for good", routes.delete, int,
            MANAGES, errors=missing, query=queries.Deleting,
        ),
    )  # fmt: skip


def _compatibility(routes: CompatibilityRoutes) -> tuple[Operation, ...]:
    path = "/compatibility/subjects/{subject}/versions"
    return (
        declared(
            "POST", path, "checkSubject", "Whether a schema may follow a subject's versions", routes.with_all,
            answers.CompatibilityAnswer, CHECKS, body=requests.SchemaRequest, query=queries.Comparing, example=examples.SCHEMA,
        ),
        declared(
            "POST", f"{path}/{{version}}", "checkVersion", "Whether a schema fits one version", routes.with_one,
            answers.CompatibilityAnswer, CHECKS, errors=(404,), body=requests.SchemaRequest, query=queries.Comparing,
            example=examples.SCHEMA,
        ),
    )  # fmt: skip


def _settings(routes: SettingsRoutes) -> tuple[Operation, ...]:
    everything = declared(
        "GET", "/settings", "listSettings", "The own configuration and mode of every subject and context that has some",
        routes.listing, tuple[answers.ScopeSettingsAnswer, ...], LISTS, query=queries.AllSettings,
    )  # fmt: skip
    return everything, *(
        operation
        for path, name, whose, reads, manages in (
            ("", "Global", "all subjects", ASKS, MANAGES_ALL),
            ("/{subject}", "Subject", "a subject or a context", READS_SETTINGS, MANAGES_SETTINGS),
        )
        for operation in (
            declared(
                "GET", f"/config{path}", f"get{name}Config", f"What is configured for {whose}", routes.config,
                answers.ConfigAnswer, reads, errors=(404,), query=queries.ScopedSettings,
            ),
            declared(
                "PUT", f"/config{path}", f"update{name}Config", f"Configure {whose}: what is not named stays",
                routes.put_config, requests.ConfigRequest, manages, body=requests.ConfigRequest, example=examples.CONFIG,
            ),
            declared(
                "DELETE", f"/config{path}", f"delete{name}Config", f"Forget what is configured for {whose}",
                routes.delete_config, answers.ConfigAnswer, manages, errors=(404, 422),
            ),
            declared(
                "GET", f"/mode{path}", f"get{name}Mode", f"The mode of {whose}", routes.mode, answers.ModeAnswer, reads,
                errors=(404,), query=queries.ScopedSettings,
            ),
            declared(
                "PUT", f"/mode{path}", f"update{name}Mode", f"Set the mode of {whose}", routes.put_mode,
                requests.ModeRequest, manages, body=requests.ModeRequest, query=queries.ModeChange, example=examples.MODE,
            ),
            declared(
                "DELETE", f"/mode{path}", f"delete{name}Mode", f"Forget the mode of {whose}", routes.delete_mode,
                answers.ModeAnswer, manages, errors=(404, 422), query=queries.ModeRemoval,
            ),
        )
    )  # fmt: skip


def _server(routes: ServerRoutes) -> tuple[Operation, ...]:
    nothing = tuple[dict[str, Any], ...]
    return (
        declared("GET", "/", "getRoot", "Nothing: it is there", routes.root, answers.NothingAnswer, None, source=Source.NOTHING),
        declared("POST", "/", "postRoot", "Nothing: it is there", routes.root, answers.NothingAnswer, None),
        declared(
            "GET", "/contexts", "listContexts", "The contexts", routes.contexts, tuple[str, ...], LISTS, query=queries.Contexts,
        ),
        declared(
            "DELETE", "/contexts/{context}", "deleteContext", "Forget a context in which nothing stands",
            routes.delete_context, None, MANAGES_ALL, errors=(422,),
        ),
        declared("GET", "/v1/metadata/id", "getCluster", "Which registry this is", routes.cluster, answers.ClusterAnswer, ASKS),
        declared(
            "GET", "/v1/metadata/version", "getRelease", "Which release this is", routes.release,
            answers.ReleaseAnswer, ASKS, source=Source.NOTHING,
        ),
        declared(
            "GET", "/v1/metadata/deployment", "getDeployment", "How it is deployed", routes.deployment,
            answers.DeploymentAnswer, ASKS,
        ),
        declared(
            "GET", "/associations/subjects/{subject}", "listAssociationsOfSubject", "None", routes.associations, nothing, ASKS,
            query=queries.Associations,
        ),
        declared(
            "GET", "/associations/resources/{resource}", "listAssociationsOfResource", "None", routes.associations, nothing, ASKS,
            query=queries.Associations,
        ),
        declared(
            "GET", "/associations/resources/{namespace}/{resource}", "listAssociationsOfNamedResource", "None",
            routes.associations, nothing, ASKS, query=queries.Associations,
        ),
        declared(
            "POST", "/restart", "restart", "Reload caches and open the pool anew, where the configuration allows it",
            routes.restart, answers.RestartAnswer, MANAGES_ALL, errors=(404,),
        ),
    )  # fmt: skip
