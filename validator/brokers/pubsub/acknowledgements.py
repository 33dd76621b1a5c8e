"""Requests about leases: acknowledge messages, extend their leases, or return them."""

from collections.abc import Callable, Iterator, Sequence

from google.api_core import exceptions
from google.pubsub_v1 import SubscriberClient, types

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.pubsub.trouble import TRANSIENT, reasons_of

_AT_ONCE = 1_000
"""Ids in one request, which may have 512 KiB; an id has some 200 bytes."""
_TRANSIENT_REASON = "TRANSIENT_"
_CALL_SECONDS = 10.0


class Acknowledgements:
    """Calls that tell the service.

    Each waits for the answer, at most `_CALL_SECONDS` for each thousand ids; none raises.

    Safe to use from several threads.
    """

    def __init__(self, client: SubscriberClient, subscription: str) -> None:
        """About one subscription, by its full name."""
        self._client = client
        self._subscription = subscription

    def acknowledge(self, names: Sequence[str]) -> list[str]:
        """Acknowledge; return the names whose acknowledgement is to be repeated.

        Late acknowledgements are logged; their messages are redelivered.
        """
        return self._tell(names, self._acknowledge, "acknowledging failed; what was delivered may come again")

    def extend(self, names: Sequence[str], seconds: int) -> tuple[list[str], list[str]]:
        """Keep these for so long from now.

        Gives those that should be tried again, and those that are not ours any more.
        """
        call = self._modify(seconds)
        retry: list[str] = []
        gone: list[str] = []
        for some in _portions(names):
            again, lost = self._call(some, call, "messages could not be kept for longer; they come again")
            retry += again
            gone += lost
        return retry, gone

    def give_back(self, names: Sequence[str]) -> None:
        """Return messages for redelivery at once, to any subscriber."""
        self._tell(names, self._modify(0), "messages could not be given back; they come again when their leases end")

    def _tell(self, names: Sequence[str], call: "_Call", trouble: str) -> list[str]:
        retry: list[str] = []
        for some in _portions(names):
            retry += self._call(some, call, trouble)[0]
        return retry

    def _call(self, names: Sequence[str], call: "_Call", trouble: str) -> tuple[list[str], list[str]]:
        """Those that should be tried again, and those that were refused for good."""
        try:
            call(names)
        except exceptions.GoogleAPICallError as error:
            return _sorted(names, error, trouble)
        except exceptions.RetryError:
            return list(names), []
        # without this thread, the subscription delivers the same messages again and again
        except Exception as error:
            logger().warning(trouble, messages=len(names), detail=repr(error))
            return list(names), []
        return [], []

    def _acknowledge(self, names: Sequence[str]) -> None:
        request = types.AcknowledgeRequest(subscription=self._subscription, ack_ids=names)
        self._client.acknowledge(request, retry=None, timeout=_CALL_SECONDS)

    def _modify(self, seconds: int) -> "_Call":
        def modify(names: Sequence[str]) -> None:
            request = types.ModifyAckDeadlineRequest(
                subscription=self._subscription, ack_ids=names, ack_deadline_seconds=seconds
            )
            self._client.modify_ack_deadline(request, retry=None, timeout=_CALL_SECONDS)

        return modify


_Call = Callable[[Sequence[str]], None]


def _sorted(names: Sequence[str], error: exceptions.GoogleAPICallError, trouble: str) -> tuple[list[str], list[str]]:
    """Those that should be tried again, and those that were refused for good."""
    try:
        reasons = reasons_of(error)
    except Exception as unreadable:  # details that are broken, or of another status
        logger().warning(trouble, messages=len(names), detail=f"{error} ({unreadable})")
        return list(names), []
    if not reasons and isinstance(error, TRANSIENT):
        return list(names), []
    again = [name for name, reason in reasons.items() if reason.startswith(_TRANSIENT_REASON)]
    lost = [name for name in reasons if name not in again] if reasons else list(names)
    if lost:
        logger().warning(trouble, messages=len(lost), detail=str(error))
    return again, lost


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
