"""Saves on command, each in a child that stops before its first step: for `saves`, which traces or kills it.

One line on standard input is one child; its process id is the answer. `once`: it stops itself, saves once when it is
told to go on, and ends with a code that says how. `endless`: it saves for ever.
"""

import os
import signal
import sys

import filelock  # noqa: F401 - loaded before the fork, so that no import stands between the steps of a save
import msgspec

from workbench.files.collections import load
from workbench.files.editing import save
from workbench.files.errors import DurabilityError
from workbench.model.errors import FileError

SAVED, REFUSED, UNCONFIRMED, FOREIGN = 0, 10, 11, 12


def once(path: str) -> int:
    """Save a longer description, and say how it went."""
    loaded = load(path)
    longer = msgspec.structs.replace(loaded.written, description="longer " * 2000)
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        save(loaded, longer)
    except DurabilityError:
        return UNCONFIRMED
    except FileError:
        return REFUSED
    except BaseException as error:  # noqa: BLE001 - a save may fail with a FileError only: any other is told to the parent
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return FOREIGN
    return SAVED


def endless(path: str) -> int:
    """Save one text after another."""
    loaded, number = load(path), 0
    while True:
        number += 1
        description = f"{number:06} " * 2000
        loaded = save(loaded, msgspec.structs.replace(loaded.written, description=description))


def main() -> None:
    """Fork for each line."""
    for line in sys.stdin:
        kind, _, path = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            os._exit({"once": once, "endless": endless}[kind](path))
        print(child, flush=True)  # noqa: T201 - the answer
        _, status = os.waitpid(child, 0)
        print(status, flush=True)  # noqa: T201 - how it ended


if __name__ == "__main__":
    main()
