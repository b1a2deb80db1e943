"""The values that the secret references of collections stand for, each read once for as long as a session lasts.

It reads nothing that the user has not allowed, feeds the one `Redactor`, and never prompts by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.files import trust
from workbench.files.bodies import read_body
from workbench.invoke.credentials import resolve_secret
from workbench.invoke.sources import in_thread
from workbench.model.errors import CollectionError, Problem, SecretError, WorkbenchError
from workbench.model.secrets import Secret
from workbench.model.variables import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.secrets import Redactor
    from workbench.model.variables import Scope


class References:
    """What `[secrets]` of collections refer to.

    Args:
        environ: the process environment.
        redactor: learns every value.
        trusting: references of collections that the user has not trusted are read all the same (`--trust`).

    Attributes:
        ask: answers a `{ prompt = "Label" }`, called in a thread; None where nobody can be asked.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        redactor: Redactor,
        *,
        trusting: bool = False,
        ask: Callable[[str], str] | None = None,
    ) -> None:
        self.ask = ask
        self._environ = environ
        self._redactor = redactor
        self._trusting = trusting
        self._values: dict[tuple[str, str], Secret] = {}

    async def values(self, loaded: LoadedCollection, names: Iterable[str]) -> dict[str, Secret]:
        """The values of a collection's secrets, each read once.

        Raises:
            SecretError: with one problem for each secret that could not be read, or that the collection may not read.
        """
        values: dict[str, Secret] = {}
        problems: list[Problem] = []
        collection = loaded.collection
        for name in sorted(names):
            key = (loaded.path, name)
            if key not in self._values:
                try:
                    self._values[key] = await self._read(loaded, name)
                except WorkbenchError as error:
                    line = collection.source.line("secrets", name)
                    problems.append(
                        Problem(
                            path=loaded.path, line=line, key=f"secrets.{name}", message=error.message, hint=error.hint
                        )
                    )
                    continue
                self._redactor.add(self._values[key])
            values[name] = self._values[key]
        if problems:
            raise SecretError(problems)
        return values

    def out_of(self, scope: Scope, name: str) -> Secret:
        """The value that a layer gives instead of the secret's own source; it stays secret."""
        found = scope.lookup(name)
        value = found[0] if found else ""
        secret = value if isinstance(value, Secret) else Secret(text_of(value), name)
        self._redactor.add(secret)
        return secret

    def needs_trust(self, loaded: LoadedCollection, names: Iterable[str] | None = None) -> list[str]:
        """What a collection would read from this machine and has not been allowed to; empty when nothing."""
        if self._trusting or trust.is_trusted(loaded):
            return []
        wanted = None if names is None else set(names)
        kinds = {name: ref.kind for name, ref in loaded.collection.secrets.items() if wanted is None or name in wanted}
        return [f"{name} ({kind})" for name, kind in sorted(kinds.items()) if kind != "prompt"]

    async def _read(self, loaded: LoadedCollection, name: str) -> Secret:
        if self.needs_trust(loaded, [name]):
            raise CollectionError(
                [
                    Problem(
                        message="this collection is not trusted to read it from your machine",
                        hint="look at its [secrets], then run with --trust, or open it in the app and allow it",
                    )
                ]
            )
        reference = loaded.collection.secrets[name]
        return await in_thread(
            lambda: resolve_secret(
                reference,
                label=name,
                environ=self._environ,
                read=lambda relative: read_body(loaded.collection.source.path, relative)[0],
                ask=self.ask,
            )
        )
