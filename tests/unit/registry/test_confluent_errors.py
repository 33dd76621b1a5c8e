"""Every error of the core has a status and a code of Confluent's."""

import importlib
import pkgutil
from collections.abc import Iterator

import sluicegate.registry_api.core
from sluicegate.registry_api.core.access import administration
from sluicegate.registry_api.facades.confluent.errors import TABLE
from sluicegate.shared.errors import SluicegateError


def below(error: type[SluicegateError]) -> Iterator[type[SluicegateError]]:
    for each in error.__subclasses__():
        yield each
        yield from below(each)


def test_every_error_class_of_the_core_is_in_the_table() -> None:
    for module in pkgutil.walk_packages(sluicegate.registry_api.core.__path__, "sluicegate.registry_api.core."):
        importlib.import_module(module.name)
    ours = {each for each in below(SluicegateError) if each.__module__.startswith("sluicegate.registry_api.core")}
    of_admin = {administration.NotFound}  # raised by the facade of /admin alone
    assert sorted(each.__name__ for each in ours - of_admin if each not in TABLE) == []
