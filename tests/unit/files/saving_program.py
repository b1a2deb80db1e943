"""A program that saves one edit after another to a file which others save too: `PATH NAME COUNT`.

It reads the file again whenever somebody else was faster, and prints its edits and the conflicts it was told of.
"""

from __future__ import annotations

import sys

import msgspec

from workbench.files.collections import load
from workbench.files.editing import save
from workbench.files.errors import ConflictError


def main(path: str, name: str, count: int) -> int:
    """Make the edits; how many conflicts there were."""
    conflicts = 0
    for number in range(count):
        while True:
            loaded = load(path)
            values = {**loaded.written.vars, f"{name}-{number}": number}
            try:
                save(loaded, msgspec.structs.replace(loaded.written, vars=values))
            except ConflictError:
                conflicts += 1
                continue
            break
    return conflicts


if __name__ == "__main__":
    edits = int(sys.argv[3])
    sys.stdout.write(f"{edits} {main(sys.argv[1], sys.argv[2], edits)}\n")
