"""The API of IBM Event Streams and of Apicurio Registry 1.x as a list of operations."""

from dataclasses import dataclass
from typing import Final

from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.artifacts.errors import refuse, write
from sluicegate.registry_api.facades.artifacts.examples import RULE, SCHEMA, STATE
from sluicegate.registry_api.facades.artifacts.intake import ArtifactIntake
from sluicegate.registry_api.facades.artifacts.operations import (
    CREATES,
    LISTS,
    MANAGES,
    MANAGES_GLOBAL,
    READS_CONTENT,
    READS_GLOBAL,
    TEXT,
    WRITES,
    declared,
)
from sluicegate.registry_api.facades.artifacts.routes.artifacts import ArtifactRoutes
from sluicegate.registry_api.facades.artifacts.routes.rules import RuleRoutes
from sluicegate.registry_api.facades.artifacts.routes.searching import SearchRoutes
from sluicegate.registry_api.facades.artifacts.routes.versions import ArtifactVersionRoutes
from sluicegate.registry_api.facades.artifacts.wire import (
    Creation,
    Document,
    Metadata,
    Rule,
    Search,
    SearchAnswer,
    StateChange,
)
from sluicegate.registry_api.facades.operation import Facade, Operation

PREFIX: Final = "/api"
"""Clients of Apicurio Registry 1.x ask below it."""

_PATHS: Final = ("/artifacts", "/ids", "/rules", "/search")


@dataclass(frozen=True, slots=True)
class ArtifactApi:
    """All views."""

    artifacts: ArtifactRoutes
    versions: ArtifactVersionRoutes
    rules: RuleRoutes
    searching: SearchRoutes

    @classmethod
    def over(cls, subjects: Subjects, max_page_bytes: int) -> "ArtifactApi":
        """Return the views over a core.

        `max_page_bytes`: bytes of versions that a search reads at once.
        """
        return cls(
            ArtifactRoutes(subjects),
            ArtifactVersionRoutes(subjects),
            RuleRoutes(subjects),
            SearchRoutes(subjects, max_page_bytes),
        )


def artifacts(routes: ArtifactApi) -> Facade:
    """Return the facade over these views, at the root and below its prefix."""
    operations = (
        *_artifacts(routes.artifacts),
        *_contents(routes.artifacts),
        *_versions(routes.versions),
        *_rules(routes.rules),
        *_artifact_rules(routes.rules),
        declared(
            "GET", "/search/artifacts", "searchArtifacts", "Search for artifacts by id or description",
            routes.searching.search, SearchAnswer, LISTS, query=Search,
        ),
    )  # fmt: skip
    return Facade("artifacts", (*_PATHS, PREFIX), operations, refuse, write, ArtifactIntake(), mounts=("", PREFIX))


def _artifacts(routes: ArtifactRoutes) -> tuple[Operation, ...]:
    one = "/artifacts/{artifact}"
    return (
        declared("GET", "/artifacts", "listArtifacts", "The ids of all artifacts", routes.listing, tuple[str, ...], LISTS),
        declared(
            "POST", "/artifacts", "createArtifact", "Create an artifact with its first version", routes.create,
            Metadata, CREATES, errors=(409, 422), body=Document, query=Creation, example=SCHEMA,
        ),
        declared(
            "GET", one, "getArtifact", "The text of the latest version", routes.read, str, errors=(404,), media=TEXT,
        ),
        declared(
            "PUT", one, "updateArtifact", "Add a version, unless the latest has this content", routes.replace,
            Metadata, WRITES, errors=(404, 409, 422), body=Document, example=SCHEMA,
        ),
        declared(
            "DELETE", one, "deleteArtifact", "Deactivate all versions", routes.delete, None, MANAGES,
            errors=(404, 409, 422),
        ),
    )  # fmt: skip


def _contents(routes: ArtifactRoutes) -> tuple[Operation, ...]:
    one = "/artifacts/{artifact}"
    return (
        declared(
            "GET", f"{one}/meta", "getArtifactMetadata", "The metadata of the latest version", routes.metadata,
            Metadata, errors=(404,),
        ),
        declared(
            "POST", f"{one}/meta", "lookUpArtifact", "The metadata of the version with this content", routes.look_up,
            Metadata, errors=(404, 422), body=Document, example=SCHEMA,
        ),
        declared(
            "PUT", f"{one}/state", "updateArtifactState",
            "Set the state of all active versions; of all versions where none is active", routes.put_state, None,
            MANAGES, errors=(404, 409, 422), body=StateChange, example=STATE,
        ),
        *(
            declared(
                method, f"{one}/test", name, "Whether a text would be accepted as a version; nothing is changed",
                routes.test, None, errors=(404, 409, 422), body=Document, example=SCHEMA,
            )
            for method, name in (("POST", "testArtifact"), ("PUT", "testArtifactUpdate"))
        ),
    )  # fmt: skip


def _versions(routes: ArtifactVersionRoutes) -> tuple[Operation, ...]:
    path = "/artifacts/{artifact}/versions"
    one = f"{path}/{{version}}"
    return (
        declared(
            "GET", path, "listArtifactVersions", "The numbers of all versions", routes.listing, tuple[int, ...],
            errors=(404,),
        ),
        declared(
            "POST", path, "createArtifactVersion", "Add a version", routes.add, Metadata, WRITES,
            errors=(404, 409, 422), body=Document, example=SCHEMA,
        ),
        declared("GET", one, "getArtifactVersion", "The text of a version", routes.read, str, errors=(404,), media=TEXT),
        declared(
            "GET", f"{one}/meta", "getArtifactVersionMetadata", "The metadata of a version", routes.metadata,
            Metadata, errors=(404,),
        ),
        declared(
            "PUT", f"{one}/state", "updateArtifactVersionState", "Set the state of a version", routes.put_state, None,
            MANAGES, errors=(404, 409, 422), body=StateChange, example=STATE,
        ),
        declared(
            "DELETE", one, "deleteArtifactVersion", "Deactivate a version; with the last one the artifact",
            routes.delete, None, MANAGES, errors=(404, 409, 422),
        ),
        declared("GET", "/ids/{id}", "getArtifactByGlobalId", "The text of a global id", routes.by_id, str,
                 READS_CONTENT, errors=(404,), media=TEXT),
        declared(
            "GET", "/ids/{id}/meta", "getArtifactMetadataByGlobalId", "The metadata of a version with a global id",
            routes.metadata_by_id, Metadata, READS_CONTENT, errors=(404,),
        ),
    )  # fmt: skip


def _rules(routes: RuleRoutes) -> tuple[Operation, ...]:
    return (
        declared("GET", "/rules", "listGlobalRules", "The types of global rules", routes.listing, tuple[str, ...], READS_GLOBAL),
        declared(
            "POST", "/rules", "createGlobalRule", "Set the global rule where none is set", routes.add, None, MANAGES_GLOBAL,
            errors=(409, 422), body=Rule, example=RULE,
        ),
        declared(
            "DELETE", "/rules", "deleteGlobalRules", "Remove all global rules: the configured modes hold again",
            routes.clear, None, MANAGES_GLOBAL, errors=(422,),
        ),
        declared(
            "GET", "/rules/{rule}", "getGlobalRule", "The global rule in force", routes.read, Rule, READS_GLOBAL, errors=(400,),
        ),
        declared(
            "PUT", "/rules/{rule}", "updateGlobalRule", "Set the global rule", routes.replace, Rule, MANAGES_GLOBAL,
            errors=(422,), body=Rule, example=RULE,
        ),
        declared(
            "DELETE", "/rules/{rule}", "deleteGlobalRule", "Remove the global rule: the configured mode holds again",
            routes.remove, None, MANAGES_GLOBAL, errors=(400, 422),
        ),
    )  # fmt: skip


def _artifact_rules(routes: RuleRoutes) -> tuple[Operation, ...]:
    path = "/artifacts/{artifact}/rules"
    one = f"{path}/{{rule}}"
    return (
        declared(
            "GET", path, "listArtifactRules", "The types of an artifact's own rules", routes.listing_of,
            tuple[str, ...], errors=(404,),
        ),
        declared(
            "POST", path, "createArtifactRule", "Give an artifact a rule of its own", routes.add_to, None, MANAGES,
            errors=(404, 409, 422), body=Rule, example=RULE,
        ),
        declared(
            "DELETE", path, "deleteArtifactRules", "Remove all rules of an artifact", routes.clear_of, None, MANAGES,
            errors=(404, 422),
        ),
        declared(
            "GET", one, "getArtifactRule", "An artifact's own rule", routes.read_of, Rule, errors=(400, 404),
        ),
        declared(
            "PUT", one, "updateArtifactRule", "Change an artifact's rule", routes.replace_of, Rule, MANAGES,
            errors=(404, 422), body=Rule, example=RULE,
        ),
        declared(
            "DELETE", one, "deleteArtifactRule", "Remove an artifact's rule: the global one holds again",
            routes.remove_of, None, MANAGES, errors=(400, 404, 422),
        ),
    )  # fmt: skip
