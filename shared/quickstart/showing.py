"""The visible part of a run: demonstration, addresses, and output of the validator."""

from collections.abc import Callable

from sluicegate.shared.client import RegistryClient
from sluicegate.shared.clock import Clock
from sluicegate.shared.quickstart.addresses import Addresses
from sluicegate.shared.quickstart.demo import Demo
from sluicegate.shared.quickstart.messages import sample_messages
from sluicegate.shared.quickstart.registration import Registered, register
from sluicegate.shared.quickstart.samples import ORDER, PERSON
from sluicegate.shared.quickstart.screen import Screen
from sluicegate.shared.quickstart.stream import SampleStream


def demonstrate(addresses: Addresses, screen: Screen, clock: Clock, check: Callable[[], None]) -> None:
    """Run the demonstration and return. Raises `DemoFailed` and the errors of `check`."""
    with SampleStream(addresses.bootstrap) as stream:
        _demonstrated(addresses, screen, Demo(stream, screen, clock, check))


def serve(addresses: Addresses, screen: Screen, clock: Clock, check: Callable[[], None], *, demo: bool) -> None:
    """Run the demonstration on request, show the next steps, and show output until the end."""
    with SampleStream(addresses.bootstrap) as stream:
        watching = Demo(stream, screen, clock, check)
        person = _demonstrated(addresses, screen, watching) if demo else None
        screen.serving(addresses, None if person is None else person.sample.name)
        watching.follow()


def _demonstrated(addresses: Addresses, screen: Screen, demo: Demo) -> Registered:
    with RegistryClient(addresses.registry_url, addresses.manager_key) as client:
        person, order = (register(client, sample) for sample in (PERSON, ORDER))
    for registered in (person, order):
        sample = registered.sample
        screen.registered(sample.name, registered.schema_id, registered.versions, sample.format.value)
    demo.run(sample_messages(person, order))
    return person
