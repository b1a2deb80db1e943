"""The history under fire: writers killed at any moment, damaged files, several writers at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaign.row import TOO_MANY, Outcome, Row
from workbench.files.history import HistoryFile
from workbench.model.errors import FileError
from workbench.model.exchange import ServiceResponse
from workbench.model.history import Record

if TYPE_CHECKING:
    from random import Random

_WRITER = """
import sys
from pathlib import Path
from tests.campaign.history import record
from workbench.files.history import HistoryFile

history = HistoryFile(Path(sys.argv[1]))
for number in range(100_000):
    history.add([record(f"{sys.argv[2]}-{number}")])
    print(number, flush=True)
"""


def record(key: str) -> Record:
    """A send whose body says which it is."""
    response = ServiceResponse(platform_status=200, status=200, body=key.encode() * 200)
    return Record(key=key, outcome="passed", method="GET", path="/x", started="2026-11-25T20:00:00Z", response=response)


def wrong_with(path: Path, wanted: set[str]) -> str:
    """What is wrong with a file that should have at least these sends; "" when nothing is."""
    history = HistoryFile(path)
    try:
        lines = history.lines(limit=100_000)
        found = {line.key for line in lines}
        if history.notice:
            return f"it was set aside: {history.notice}"
        if wanted - found:
            return f"{len(wanted - found)} sends that were kept are gone"
        for key in list(found)[-3:]:
            kept = history.record(key)
            if kept is None or kept.response is None or kept.response.body != key.encode() * 200:
                return f"the body of {key} is not what was kept"
    except FileError as error:
        return str(error)
    finally:
        history.close()
    return ""


def kills(count: int, chance: Random) -> Outcome:
    """Writers killed with -9 in the middle: what was said to be kept is there, and the file is whole."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        wanted: set[str] = set()
        for number in range(count):
            name = f"writer{number}"
            process = subprocess.Popen(
                [sys.executable, "-c", _WRITER, str(path), name],
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
            )
            assert process.stdout is not None
            said = process.stdout.readline()
            time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
            process.wait()
            process.stdout.close()
            # Rows beyond the limit are forgotten by design: the newest are what counts.
            wanted = {f"{name}-{int(each)}" for each in (said, *rest)}
            wrong = wrong_with(path, wanted)
            if wrong:
                failures.append(f"kill {number}: {wrong}")
                if len(failures) == TOO_MANY:
                    break
    return Outcome(count, tuple(failures))


def damage(count: int, chance: Random) -> Outcome:
    """Bytes of a file overwritten at random: sending goes on, the damaged file is kept aside, nothing is raised."""
    failures: list[str] = []
    aside = 0
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.db"
        history = HistoryFile(whole)
        history.add([record(f"k{number}") for number in range(40)])
        history.close()
        data = whole.read_bytes()
        for number in range(count):
            path = Path(folder) / f"{number}" / "history.db"
            path.parent.mkdir()
            broken = bytearray(data)
            for _ in range(chance.randint(1, 50)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            path.write_bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))])
            history = HistoryFile(path)
            try:
                history.lines()
                history.record("k7")
                history.add([record("new")])
                if "new" not in {line.key for line in history.lines()}:
                    failures.append(f"damage {number}: what was sent afterwards is not kept")
            except FileError:
                pass  # an ordinary error, which blocks nothing
            except Exception as error:  # noqa: BLE001 - no other may come of a damaged file: it is the failure that is counted
                failures.append(f"damage {number}: {type(error).__name__}: {error}")
            finally:
                history.close()
            aside += len(list(path.parent.glob("history.corrupt-*.db")))
    return Outcome(count, tuple(failures[:TOO_MANY]), f"{aside} set aside")


def writers(count: int, _: Random) -> Outcome:
    """Four writers at once, each with its own connection: no send is lost."""
    failures: list[str] = []
    each = max(1, count // 4)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"

        def write(name: str) -> None:
            history = HistoryFile(path, wait=60)  # a busy machine may hold a writer up for seconds
            try:
                for number in range(each):
                    history.add([record(f"{name}-{number}")])
            except FileError as error:
                failures.append(f"{name}: {error}")
            finally:
                history.close()

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wrong = wrong_with(path, {f"{name}-{number}" for name in "abcd" for number in range(each)})
        failures += [wrong] if wrong else []
    return Outcome(4 * each, tuple(failures))


ROWS = (
    Row("history: writers killed with -9", kills, full=200, short=2),
    Row("history: damaged files", damage, full=2000, short=40),
    Row("history: four writers at once", writers, full=1600, short=40),
)
