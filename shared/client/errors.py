"""The errors of the registry's client.

ClientError
├── EnvironmentUnusable      proxy or certificates of the environment cannot be used
├── RegistryRefused          the registry rejects the request; carries its report
│   └── AccessRefused        the credentials are missing, wrong or not sufficient
├── RegistryUnreachable      no answer from the address
├── RegistryFailing          the registry answers with a server error
└── AnswerUnintelligible     the answer is not one of a registry
"""

from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.wire import Report


class ClientError(SluicegateError):
    """The registry did not fulfil a request."""


class EnvironmentUnusable(ClientError):
    """The environment names a proxy or certificates that cannot be used."""


class RegistryRefused(ClientError):
    """The registry rejects the request."""

    def __init__(self, report: Report) -> None:
        """Keep the registry's message and its violations."""
        super().__init__(report.message)
        self.report = report


class AccessRefused(RegistryRefused):
    """The registry does not allow this caller this request."""


class RegistryUnreachable(ClientError):
    """The registry cannot be reached."""


class RegistryFailing(ClientError):
    """The registry answers with a server error."""


class AnswerUnintelligible(ClientError):
    """The answer is not one of a registry."""
