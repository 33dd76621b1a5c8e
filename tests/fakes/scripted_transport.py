"""A transport with prepared answers, one for each request; the last one repeats."""

import httpx

Step = httpx.Response | Exception


class ScriptedTransport(httpx.BaseTransport):
    """Answers with each step in turn; an exception is raised.

    `requests` is every request that came in.
    """

    def __init__(self, *steps: Step) -> None:
        """Take the steps in order."""
        self._steps = steps
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The next step."""
        self.requests.append(request)
        step = self._steps[min(len(self.requests), len(self._steps)) - 1]
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, content=step.content)
