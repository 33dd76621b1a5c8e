"""From the paths of the operations to Flask's rules."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from werkzeug.routing import BaseConverter, Map, Rule

from sluicegate.registry_api.facades.operation import Facade

_parameter = re.compile(r"{(\w+)}").fullmatch


class Unlike(BaseConverter):
    """Any segment except words with their own path.

    `DELETE /schemas/all` is a 405, not a schema called `all`.
    """

    def __init__(self, url_map: Map, *words: str) -> None:
        """Take the words."""
        super().__init__(url_map)
        self.regex = f"(?!(?:{'|'.join(map(re.escape, words))})\\Z)[^/]+"


class Subject(BaseConverter):
    """A subject, which may hold slashes: servers decode `%2F` before they hand a path on.

    It ends where the paths below a subject begin.
    """

    part_isolating = False
    weight = 200
    regex = r"[^/]+(?:/(?!(?:versions|metadata)(?:/|\Z))[^/]+)*"


class ArtifactPath(Subject):
    """A subject in the API of artifacts, where other paths are below it."""

    regex = r"[^/]+(?:/(?!(?:versions|meta|rules|state|test)(?:/|\Z))[^/]+)*"


_artifact = re.compile(ArtifactPath.regex).fullmatch


def is_artifact_path(name: str) -> bool:
    """Whether a name, as a path, leads to the artifact of this name.

    Clients and servers remove the segments `.` and `..`.
    """
    return _artifact(name) is not None and not {".", ".."} & set(name.split("/"))


CONVERTERS: Mapping[str, type[BaseConverter]] = MappingProxyType(
    {"unlike": Unlike, "subject": Subject, "artifact": ArtifactPath}
)


@lru_cache(maxsize=16)
def url_map(routes: tuple[tuple[str, str, str], ...]) -> Map:
    """Flask's map of routes: rule, endpoint and method of each.

    Compiling the rules is most of the start of an application. A map knows no application, so those
    with the same routes share one.
    """
    return Map(
        [Rule(rule, endpoint=endpoint, methods=[method]) for rule, endpoint, method in routes],
        strict_slashes=False,
        merge_slashes=False,
        converters=CONVERTERS,
    )


def rules(facades: Sequence[Facade]) -> dict[str, str]:
    """Path -> Flask's rule for it."""
    paths = sorted({operation.path for facade in facades for operation in facade.operations})
    segments = {path: tuple(path.split("/")) for path in paths}
    return {path: "/".join(_rule(path, index, segments) for index in range(len(segments[path]))) for path in paths}


def _rule(path: str, index: int, segments: dict[str, tuple[str, ...]]) -> str:
    own = segments[path]
    parameter = _parameter(own[index])
    if parameter is None:
        return own[index]
    if parameter[1] in CONVERTERS:
        return f"<{parameter[1]}:{parameter[1]}>"
    beside = {other[index] for other in segments.values() if len(other) > index and other[:index] == own[:index]}
    words = sorted(word for word in beside if not _parameter(word))
    return f"<unlike({','.join(map(repr, words))}):{parameter[1]}>" if words else f"<{parameter[1]}>"
