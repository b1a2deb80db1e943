"""What looks wrong in a collection that can be used, and what would keep it from being sent: the work of `check`.

`credentials` looks for secrets written in clear, `variables` for names without a value and values without a use,
`refusals` for what the platform does not take, `named_files` for bodies and schemas that are not there; that one alone
looks at the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.files.lint.credentials import credentials_in_clear
from workbench.files.lint.named_files import secrets_outside, unreadable_files
from workbench.files.lint.refusals import refused
from workbench.files.lint.texts import Texts
from workbench.files.lint.variables import Names, names_in_document, needs_below, undefined, unused
from workbench.files.reading import parse
from workbench.files.validation.report import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.files.collections import LoadedCollection
    from workbench.model.errors import Problem


def lint(loaded: LoadedCollection, errors: Sequence[Problem] = ()) -> list[Problem]:
    """Every warning about a collection, in the order of its file. No message holds the value of a credential.

    Credentials are looked for in the file itself; its local file is the user's own and is not handed on.

    Args:
        loaded: the collection, or what could be read of it.
        errors: what is wrong with it, so that nothing is warned of that only follows from an error.
    """
    texts = Texts(loaded.collection)
    names = names_in_document(parse(loaded.data, path="").root or {}) if errors else Names()
    no_values = any(problem.path != loaded.path for problem in errors)  # those of the local file are not known
    found = [
        *credentials_in_clear(Texts(loaded.written)),
        *(() if no_values else undefined(texts, names)),
        *unused(texts, names),
        *needs_below(texts),
        *refused(texts, loaded.broken_ids),
    ]
    return list(in_order(found))


def missing_files(loaded: LoadedCollection, errors: Sequence[Problem] = ()) -> list[Problem]:
    """Every file that the collection names and that cannot be used, in the order of the collection.

    Files may come and go: only one that would have to be outside of the collection's folder is an error by itself.

    Args:
        loaded: the collection, or what could be read of it.
        errors: what is known to be wrong with it; nothing is said twice of a place.
    """
    texts = Texts(loaded.collection)
    numbers = range(len(loaded.collection.requests))
    unreadable = (problem for number in numbers for problem in unreadable_files(texts, number, severity="warning"))
    found = dict.fromkeys([*secrets_outside(texts), *unreadable])
    known = {(problem.path, problem.line, problem.key) for problem in errors}
    return [problem for problem in in_order(found) if (problem.path, problem.line, problem.key) not in known]


__all__ = ["lint", "missing_files"]
