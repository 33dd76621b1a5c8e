"""A client of an application in the same process.

Answers are JSON of any shape: a wrong expectation fails the test.
"""

from typing import Any

from werkzeug.test import Client, TestResponse

from sluicegate.registry_api.app import Application


class Answer(TestResponse):
    """An answer."""

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return self.get_json()


class ApiClient(Client):
    """Asks an application."""

    def __init__(self, application: Application) -> None:
        """Nothing is asked yet."""
        super().__init__(application, Answer)

    def open(self, *args: Any, **kwargs: Any) -> Answer:
        """Ask."""
        answer = super().open(*args, **kwargs)
        assert isinstance(answer, Answer)
        return answer

    def get(self, *args: Any, **kwargs: Any) -> Answer:
        """GET."""
        return self.open(*args, **kwargs, method="GET")

    def post(self, *args: Any, **kwargs: Any) -> Answer:
        """POST."""
        return self.open(*args, **kwargs, method="POST")

    def put(self, *args: Any, **kwargs: Any) -> Answer:
        """PUT."""
        return self.open(*args, **kwargs, method="PUT")

    def delete(self, *args: Any, **kwargs: Any) -> Answer:
        """DELETE."""
        return self.open(*args, **kwargs, method="DELETE")
