"""The sentence for a library that is not installed."""

from importlib.metadata import requires

import pytest

from sluicegate.shared import extras


@pytest.mark.parametrize(
    ("module", "distribution", "extra"),
    [
        ("azure.servicebus", "azure-servicebus", "servicebus"),
        ("confluent_kafka", "confluent-kafka", "kafka"),
        ("flask.views", "flask", "registry"),
        ("google.protobuf.descriptor", "protobuf", "formats"),
        ("google.pubsub_v1", "google-cloud-pubsub", "pubsub"),
        ("kafka", "kafka-python", "kafka"),
        ("lxml.etree", "lxml", "xml"),
        ("opentelemetry.exporter.otlp.proto.http", "opentelemetry-exporter-otlp-proto-http", "tracing"),
        ("re2", "google-re2", "formats"),
    ],
)
def test_absence_names_distribution_and_extra(module: str, distribution: str, extra: str) -> None:
    sentence = extras.absence(module)
    assert sentence.startswith(f"The library {distribution} is not installed.")
    assert sentence.endswith(f"sluicegate[{extra}]")


def test_absence_names_the_extra_of_the_program_when_several_have_the_library() -> None:
    assert extras.absence("prometheus_client", "registry").endswith("sluicegate[registry]")
    assert extras.absence("prometheus_client", "validator").endswith("sluicegate[validator]")


def test_absence_of_a_library_of_no_extra_says_to_install_again() -> None:
    assert extras.absence("click").endswith("Install Sluicegate again")


def test_every_distribution_with_another_name_is_a_requirement() -> None:
    names = {text.split(";")[0].strip().lower() for text in requires("sluicegate") or []}
    for distribution in extras.DISTRIBUTIONS.values():
        assert any(name.startswith(distribution) for name in names), distribution


def test_module_is_installed_or_not() -> None:
    assert extras.installed("click")
    assert not extras.installed("no_such_module.at_all")
