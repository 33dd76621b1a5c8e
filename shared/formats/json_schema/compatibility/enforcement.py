"""Enforcement of texts by the library: `pattern`, `format`, and content keywords.

Some drafts enforce `format`, `contentEncoding` and `contentMediaType`.
"""

from functools import lru_cache

import jsonschema_rs

from sluicegate.shared.formats.json_schema.drafts import DRAFT_4, DRAFT_6, Draft
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import text

_NOT_OF_ANY_FORMAT = ("\0 <>[(\\", "(", "x")
"""At least one of these is refused by every format that is enforced."""

_CONTENT = ("contentEncoding", "contentMediaType")
_ENFORCED = frozenset({"format", *_CONTENT})


def matches(pattern: str, value: str) -> bool:
    """Return whether a pattern (ECMA-262, not anchored) matches; False for an invalid one."""
    validator = _matcher(pattern)
    return validator is not None and validator.is_valid(value)


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, offline=True)
    except ValueError:
        return None


def meaning(node: Node, keyword: str) -> str:
    """Return a word for the meaning of a format or content keyword; empty if it refuses nothing."""
    wanted = enforced(node).get(keyword)
    if wanted is None:
        return ""
    early = wanted == "hostname" and node.draft in (DRAFT_4, DRAFT_6)
    return f"{wanted} before draft 7" if early else wanted


def enforced(node: Node) -> dict[str, str]:
    """Return the keywords of these that refuse some texts, with their values."""
    draft, keywords = node.draft, node.keywords
    if _ENFORCED.isdisjoint(keywords):
        return {}
    checked = (("format",) if node.home.asserts_format(draft) else ()) + (_CONTENT if draft.asserts_content else ())
    found = ((keyword, text(keywords, keyword)) for keyword in checked)
    return {
        keyword: wanted
        for keyword, wanted in found
        if wanted is not None and _refuses_something(draft, keyword, wanted)
    }


@lru_cache(maxsize=256)
def enforcer(draft: Draft, keyword: str, wanted: str) -> jsonschema_rs.Validator:
    """Return the library's check of one such keyword."""
    return draft.native({keyword: wanted}, offline=True, validate_formats=True)


def _refuses_something(draft: Draft, keyword: str, wanted: str) -> bool:
    """Whether the library knows the format; it passes over those that it does not know."""
    validator = enforcer(draft, keyword, wanted)
    return not all(validator.is_valid(value) for value in _NOT_OF_ANY_FORMAT)
