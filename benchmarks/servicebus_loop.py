"""The yardstick of the worker on Service Bus, and the server for both.

`python -m benchmarks.servicebus_loop serve|carry ...`. `serve SCHEMA_ID COUNT`: the tests' own
server with a full queue; prints its connection string. `carry CONNECTION_STRING COUNT`: Microsoft's
own client in a loop without validation. It receives batches, forwards each message, in batches, one
in twenty to a second queue, and completes it; prints one JSON line.
"""

import json
import resource
import sys
import threading
import time

from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusReceivedMessage

from benchmarks import persons
from tests.fixtures.servicebus_server import ServiceBusServer

_BATCH = 500


def serve(schema_id: str, count: int) -> None:
    """Serve until the process is ended."""
    with ServiceBusServer() as server:
        for name in ("source", "valid", "dead-letter"):
            server.create_queue(name, lock_seconds=300)
        every = persons.payloads()
        named = {"schemaId": schema_id, "versionId": "1", "format": "json"}
        server.put("source", [(every[number % len(every)], named, None) for number in range(count)])
        print(server.connection_string, flush=True)
        threading.Event().wait()


def carry(connection_string: str, count: int) -> None:
    """Carry so many messages over."""
    client = ServiceBusClient.from_connection_string(connection_string)
    done = 0
    with (
        client,
        client.get_queue_receiver("source", prefetch_count=_BATCH) as source,
        client.get_queue_sender("valid") as valid,
        client.get_queue_sender("dead-letter") as other,
    ):
        first = source.receive_messages(1, 30)
        source.complete_message(first[0])
        started, cpu = time.perf_counter(), _cpu()
        while done < count:
            received = source.receive_messages(_BATCH, 5)
            for sender, some in ((valid, _but(received)), (other, received[:: persons.BAD_ONE_IN])):
                sender.send_messages([_copy(message) for message in some])
            for message in received:
                source.complete_message(message)
            done += len(received)
        print(json.dumps({"messages": done, "seconds": time.perf_counter() - started, "cpu_seconds": _cpu() - cpu}))


def _but(received: list[ServiceBusReceivedMessage]) -> list[ServiceBusReceivedMessage]:
    return [message for number, message in enumerate(received) if number % persons.BAD_ONE_IN]


def _copy(message: ServiceBusReceivedMessage) -> ServiceBusMessage:
    return ServiceBusMessage(b"".join(message.body), application_properties=message.application_properties)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    {"serve": serve, "carry": carry}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
