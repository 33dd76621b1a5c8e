"""The target of `$schema`: a draft, or the schema's own metaschema among its references."""

from collections.abc import Mapping
from dataclasses import dataclass

from sluicegate.shared.formats.json_schema import drafts
from sluicegate.shared.formats.json_schema.drafts import Draft
from sluicegate.shared.formats.json_schema.values import JsonObject, Schema, mapping, text


@dataclass(frozen=True, slots=True)
class Dialect:
    """A draft, and the metaschema that replaces the draft's, if there is one."""

    draft: Draft
    metaschema: JsonObject | None = None

    @property
    def own_vocabulary(self) -> bool:
        """Return whether the metaschema's `$vocabulary` (2019-09 on) selects other keywords."""
        standard = mapping(drafts.contents_of(self.draft), "$vocabulary")
        if self.metaschema is None or "$vocabulary" not in self.metaschema or not standard:
            return False
        prefix = self.draft.uri.removesuffix("schema")
        named = mapping(self.metaschema, "$vocabulary").items()
        return {uri: wanted for uri, wanted in named if wanted is not False or uri.startswith(prefix)} != standard


def dialect(schema: Schema, named: Mapping[str, Schema]) -> Dialect | None:
    """Return the dialect of a schema, or None for an unnamed or unknown one."""
    draft = drafts.declared(schema)
    if draft is not None:
        return Dialect(draft)
    own = metaschema(schema, named)
    draft = None if own is None else _end(own, named)
    return None if draft is None else Dialect(draft, own)


def metaschema(schema: Schema, named: Mapping[str, Schema]) -> JsonObject | None:
    """The schema that `$schema` names, when it is a named one."""
    uri = text(schema, "$schema") if isinstance(schema, dict) else None
    found = None if uri is None else named.get(uri, named.get(uri.removesuffix("#")))
    return found if isinstance(found, dict) else None


def _end(start: JsonObject, named: Mapping[str, Schema]) -> Draft | None:
    """Return the draft at the end of the chain of `$schema`s; None for a circle or unknown end."""
    at: JsonObject | None = start
    seen: set[int] = set()
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        draft = drafts.declared(at)
        if draft is not None:
            return draft
        at = metaschema(at, named)
    return None
