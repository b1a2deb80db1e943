"""Whether git leaves a file alone: asked of git itself, where there is one and the file stands in a repository."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from workbench.files.local import SUFFIX, local_path
from workbench.model.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

_NOT_IGNORED = 1
_SECONDS = 5.0


def not_ignored(path: Path) -> bool:
    """Whether a file stands in a repository that would take it along; False where that cannot be known."""
    git = shutil.which("git")
    if git is None:
        return False
    argv = [git, "-C", str(path.parent), "check-ignore", "-q", "--", path.name]
    try:
        done = subprocess.run(argv, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == _NOT_IGNORED


def personal_values_at_risk(path: Path, shown: str) -> tuple[Problem, ...]:
    """A warning when the local file of a collection would be committed with it."""
    local = local_path(path)
    if not local.exists() or not not_ignored(local):
        return ()
    message = "git would take this file along, and it holds personal values"
    hint = f"add *{SUFFIX} to .gitignore"
    return (Problem(path=shown, line=1, column=1, message=message, hint=hint, severity="warning"),)
