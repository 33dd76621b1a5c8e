"""Schemathesis against the OpenAPI document, in one process: no 500, no undocumented answer."""

from typing import Any

import schemathesis
from hypothesis import settings
from schemathesis.checks import CHECKS, load_all_checks

from sluicegate.shared.formats import catalog
from tests.fakes.registry_service import Service

load_all_checks()
# These checks would report intended behaviour: a text that is no schema is refused though it is a
# string; modes and formats are case-insensitive; this registry is open, and takes every credential.
EXCLUDED: list[Any] = CHECKS.get_by_names(["positive_data_acceptance", "negative_data_rejection", "ignored_auth"])

service = Service(engine=catalog.engine)
service.register('{"type": "object", "properties": {"a": {"type": "integer"}}}')
service.update(1, '{"type": "object", "properties": {"a": {"type": "number"}}}')
service.register('{"type": "record", "name": "R", "fields": []}', schema_type="avro")
service.register('{"$ref": "a.json"}', references=[{"name": "a.json", "schema_id": "1", "version": "2"}])
PLAIN = {"Accept-Encoding": "identity"}
"""Schemathesis asks WSGI applications for gzip and does not decompress their answers."""

schema = schemathesis.openapi.from_wsgi("/openapi.json", service.application)


@schema.exclude(tag=["confluent", "artifacts"]).parametrize()
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_document_is_true(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(excluded_checks=EXCLUDED, headers=PLAIN)


@schema.include(tag=["confluent", "artifacts"]).parametrize()
@settings(max_examples=12, derandomize=True, deadline=None)
def test_the_document_is_true_of_apis_by_subject(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(excluded_checks=EXCLUDED, headers=PLAIN)
