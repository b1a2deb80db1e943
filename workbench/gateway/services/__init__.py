"""The sample services: small real containers that answer in this process, each in a module of its own.

`SAMPLES` makes a new one for each service, so that no two teams share state. They know nothing of the platform.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.gateway.services.echo import echo
from workbench.gateway.services.images import images
from workbench.gateway.services.llm import llm
from workbench.gateway.services.shop import shop
from workbench.gateway.services.worker import worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.gateway.container import Container

SAMPLES: dict[str, Callable[[], Container]] = {
    "echo": echo,
    "llm": llm,
    "images": images,
    "shop": shop,
    "worker": worker,
}
"""The built-in containers by name."""
