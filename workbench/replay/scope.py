"""The layers of variables of a run, in FORMAT.md's order, lowest first.

`[vars]`, `[env.NAME]`, `[secrets]`, `CYBERUN_VAR_<NAME>`, the data row, `--var`, and on top the captures of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from workbench.model.variables import Scope

if TYPE_CHECKING:
    from workbench.model.collection import Collection, Environment, Value
    from workbench.model.secrets import Secret

_PREFIX = "CYBERUN_VAR_"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]")


class ProcessVariables(Mapping[str, str]):
    """`CYBERUN_VAR_<NAME>` of the process environment as variables.

    A variable `page-size` is found as `CYBERUN_VAR_page-size` or, as shells want it, `CYBERUN_VAR_PAGE_SIZE`.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = {name[len(_PREFIX) :]: text for name, text in environ.items() if name.startswith(_PREFIX)}

    def __getitem__(self, name: str) -> str:
        return self._values[name if name in self._values else _shell_name(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True


def _shell_name(name: str) -> str:
    return _NOT_IN_A_NAME.sub("_", name).upper()


def process_name(environ: Mapping[str, str], name: str) -> str:
    """The name in the process environment that gives a variable its value."""
    exact = _PREFIX + name
    return exact if exact in environ else _PREFIX + _shell_name(name)


def base_scope(
    collection: Collection,
    environment: Environment | None,
    *,
    environ: Mapping[str, str],
    secrets: Mapping[str, Secret],
    row: Mapping[str, Value] | None = None,
    given: Mapping[str, Value] | None = None,
) -> Scope:
    """Every layer that is known before the first call; captures come on top with `Scope.with_layer`."""
    layers: list[tuple[str, Mapping[str, Value]]] = [("vars", collection.vars)]
    if environment is not None:
        layers.append((f"env {environment.name}", environment.vars))
    layers.append(("secrets", secrets))
    layers.append(("environment", ProcessVariables(environ)))
    if row is not None:
        layers.append(("data row", row))
    if given:
        layers.append(("--var", given))
    return Scope(tuple(layers))


def is_overridden(scope: Scope, name: str) -> bool:
    """Whether a layer above `[secrets]` gives the value."""
    found = scope.lookup(name)
    return found is not None and found[1] in ("environment", "data row", "--var")
