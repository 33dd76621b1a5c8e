"""Names of a content: its own identity, and the guid of Confluent's registry.

The guid concatenates its parts and omits the format, so different contents can have one guid.
Invariant: only identities decide whether two contents are the same.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable

from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION, Metadata, Rule, RuleSet
from sluicegate.registry_api.core.model import Reference
from sluicegate.shared.model import SchemaFormat


def identity(
    schema_format: SchemaFormat,
    standard: str,
    references: Iterable[Reference] = (),
    metadata: Metadata | None = None,
    rules: RuleSet | None = None,
) -> str:
    """Return the SHA-256, in hex, of a content: format, standard text, and the rest.

    Invariant: the text is preceded by its length in bytes and the rest is one JSON document, so
    different contents never give the same bytes.
    """
    text = standard.encode()
    digest = hashlib.sha256(b"%d:" % len(text))
    digest.update(text)
    named = [[reference.name, reference.subject, reference.number] for reference in references]
    rest = [schema_format.value, named, _metadata_document(metadata), _rules_document(rules)]
    digest.update(json.dumps(rest, sort_keys=True).encode())
    return digest.hexdigest()


def guid(
    standard: str,
    references: Iterable[Reference] = (),
    metadata: Metadata | None = None,
    rules: RuleSet | None = None,
) -> str:
    """Return the guid of a standard text with its references, metadata and rules.

    `Content.standard` is the text. As `Schema.updateHash` of Confluent's client library: the parts
    are concatenated, and the order of references counts.
    """
    digest = hashlib.md5(standard.encode(), usedforsecurity=False)
    for reference in references:
        digest.update(f"{reference.name}{reference.subject}".encode())
        digest.update(reference.number.to_bytes(4, "big", signed=True))
    if metadata is not None:
        digest.update(b"\1")
        digest.update("".join(_metadata_parts(metadata)).encode())
    if rules is not None:
        digest.update(b"\1")
        for rule in (*rules.migration_rules, *rules.domain_rules, *rules.encoding_rules):
            digest.update(_rule_bytes(rule))
    return str(uuid.UUID(bytes=digest.digest()))


def as_registered(metadata: Metadata | None, registered: Metadata | None) -> Metadata | None:
    """Return metadata for a look-up, with the version number of the registered one.

    Clients do not send that number.
    """
    number = registered.properties.get(CONFLUENT_VERSION) if registered else None
    if number is None:
        return metadata and metadata.without(CONFLUENT_VERSION)
    if metadata is not None and CONFLUENT_VERSION in metadata.properties:
        return metadata
    return (metadata or Metadata()).having(CONFLUENT_VERSION, number)


def _metadata_document(metadata: Metadata | None) -> object:
    if metadata is None:
        return None
    tags = {path: sorted(names) for path, names in metadata.tags.items()}
    return [tags, dict(metadata.properties), sorted(metadata.sensitive)]


def _rules_document(rules: RuleSet | None) -> object:
    if rules is None:
        return None
    kinds = (rules.migration_rules, rules.domain_rules, rules.encoding_rules)
    return [[[_rule_document(rule) for rule in kind] for kind in kinds], rules.enable_at]


def _rule_document(rule: Rule) -> object:
    return [
        rule.name,
        rule.doc,
        rule.kind.value,
        rule.mode.value,
        rule.type,
        sorted(rule.tags),
        dict(rule.params),
        rule.expr,
        rule.on_success,
        rule.on_failure,
        rule.disabled,
    ]


def _metadata_parts(metadata: Metadata) -> Iterable[str]:
    for path, tags in sorted(metadata.tags.items()):
        yield path
        yield from sorted(tags)
    for key, value in sorted(metadata.properties.items()):
        yield key
        yield value
    yield from sorted(metadata.sensitive)


def _rule_bytes(rule: Rule) -> bytes:
    params = [part for key, value in sorted(rule.params.items()) for part in (key, value)]
    parts = (
        rule.name,
        rule.doc,
        rule.kind.value,
        rule.mode.value,
        rule.type,
        *sorted(rule.tags),
        *params,
        rule.expr,
        rule.on_success,
        rule.on_failure,
    )
    return "".join(part for part in parts if part is not None).encode() + (b"\1" if rule.disabled else b"")
