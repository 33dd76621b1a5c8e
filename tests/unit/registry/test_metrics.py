"""The content of `/metrics`, and closed sets of labels."""

import re

from prometheus_client.parser import text_string_to_metric_families

from tests.fakes.registry_service import Service


def samples(service: Service, name: str) -> dict[tuple[str, ...], float]:
    """Label values, in the order of their names, -> value."""
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(service.client.get("/metrics").text)
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_facade_method_route_and_class_of_status(service: Service) -> None:
    service.register()
    service.client.get("/schemas/7")
    service.client.get("/schemas/8")
    found = samples(service, "sluicegate_registry_requests_total")
    assert found["native", "POST", "/schemas", "2xx"] == 1
    assert found["native", "GET", "/schemas/{schema_id}", "4xx"] == 2


def test_whatever_is_asked_for_makes_no_new_labels(service: Service) -> None:
    for path in ("/a", "/b", "/schemas/1/nothing"):
        service.client.get(path)
    service.client.open("/schemas", method="BREW")
    found = samples(service, "sluicegate_registry_requests_total")
    assert {key: value for key, value in found.items() if "unmatched" in key} == {
        ("native", "unmatched", "unmatched", "4xx"): 2,
        ("unknown", "unmatched", "unmatched", "4xx"): 2,
    }


def test_hot_reads_count_as_requests_too(service: Service) -> None:
    service.register()
    for _ in range(3):
        service.client.get("/schemas/1/versions/1")
    route = "/schemas/{schema_id}/versions/{version}"
    assert samples(service, "sluicegate_registry_requests_total")["native", "GET", route, "2xx"] == 3
    assert samples(service, "sluicegate_registry_hot_reads_total") == {("hit",): 2, ("miss",): 1, ("not_modified",): 0}
    assert samples(service, "sluicegate_registry_hot_cache_bytes")[()] > 0


def test_every_metric_is_ours_and_says_what_it_is(service: Service) -> None:
    service.register()
    text = service.client.get("/metrics").text
    helped = dict(re.findall(r"# HELP (\S+) (.*)", text))
    assert len(helped) == 8
    assert all(name.startswith("sluicegate_registry_") and said.endswith(".") for name, said in helped.items())
