"""The sample service `worker`: a plain job runner, for services that are stopped, failed or still deploying."""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING

from workbench.gateway.services.app import App, Call, json_response

if TYPE_CHECKING:
    from workbench.gateway.container import ContainerResponse

_KEPT = 20


def worker() -> App:
    """A new `worker` container."""
    app = App()
    jobs: deque[dict[str, object]] = deque(maxlen=_KEPT)
    numbers = itertools.count(1)

    async def root(_: Call) -> ContainerResponse:
        return json_response({"service": "worker", "jobs": len(jobs)})

    async def health(_: Call) -> ContainerResponse:
        return json_response({"status": "ok"})

    async def create(call: Call) -> ContainerResponse:
        job = {"id": next(numbers), "state": "done", "input": await call.json()}
        jobs.append(job)
        return json_response(job, 201)

    async def listed(_: Call) -> ContainerResponse:
        return json_response({"jobs": list(jobs)})

    app.route("GET", "/")(root)
    app.route("GET", "/health")(health)
    app.route("POST", "/jobs")(create)
    app.route("GET", "/jobs")(listed)
    return app
