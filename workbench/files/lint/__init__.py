"""What looks wrong in a collection that can be used, and what would keep it from being sent: the work of `check`.

`credentials` looks for secrets written in clear, `variables` for names without a value and values without a use,
`named_files` for bodies and schemas that are not there; that one alone looks at the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.files.lint.credentials import credentials_in_clear
from workbench.files.lint.named_files import unreadable_files
from workbench.files.lint.texts import Texts
from workbench.files.lint.variables import needs_below, undefined, unused
from workbench.files.validation.report import in_order
from workbench.model.envelope import path_problems
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.files.collections import LoadedCollection
    from workbench.model.errors import Problem


def lint(loaded: LoadedCollection) -> list[Problem]:
    """Every warning about a collection, in the order of its file. No message holds the value of a credential.

    Credentials are looked for in the file itself; its local file is the user's own and is not handed on.
    """
    texts = Texts(loaded.collection)
    found = [
        *credentials_in_clear(Texts(loaded.written)),
        *undefined(texts),
        *unused(texts),
        *needs_below(texts),
        *_paths(texts),
    ]
    return list(in_order(found))


def missing_files(loaded: LoadedCollection) -> list[Problem]:
    """An error for every file that a request names and that cannot be used, in the order of the collection."""
    texts = Texts(loaded.collection)
    numbers = range(len(loaded.collection.requests))
    found = (problem for number in numbers for problem in unreadable_files(texts, number))
    return list(in_order(dict.fromkeys(found)))


def _paths(texts: Texts) -> Iterator[Problem]:
    """Paths that the platform would refuse; those with placeholders are judged when they are sent."""
    for number, request in enumerate(texts.collection.requests):
        if not any(placeholders(request.path)):
            for problem in path_problems(request.path):
                yield texts.warn(("request", number, "path"), problem, "it would not be sent")


__all__ = ["lint", "missing_files"]
