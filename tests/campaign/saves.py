"""Saves that are disturbed: every step failed or killed, kills at any moment, several programs at once."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.campaign._saver import FOREIGN, REFUSED, SAVED, UNCONFIRMED
from tests.campaign.row import TOO_MANY, Outcome, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

ROOT = Path(__file__).parents[2]
TEXT = '# a comment\ncyberun = 1\ndescription = "short"\n\n[[request]]\nid = "a" # first\npath = "/a"\n'
NEW = TEXT.replace('"short"', f'"{"longer " * 2000}"')
ERRORS = ("ENOSPC", "EIO", "EACCES", "EDQUOT", "EROFS")
_CALL = re.compile(r"^(?:\d+ +)?([a-z0-9_]+)\(")
_HARMLESS = {
    "rt_sigreturn",
    "rt_sigaction",
    "rt_sigprocmask",
    "mmap",
    "munmap",
    "brk",
    "mremap",
    "exit_group",
    "futex",
    "getpid",
    "gettid",
}
"""Calls of the interpreter itself, which fail for other reasons than a disk."""


class Saver:
    """The process that forks one child for each save."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "c.toml"
        environ = {**os.environ, "CYBERUN_STATE_DIR": str(folder / "state"), "PYTHONPATH": str(ROOT)}
        (folder / "state" / "locks").mkdir(parents=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaign._saver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environ,
        )

    def start(self, kind: str) -> int:
        """A child; its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{kind} {self.file}\n")
        self._process.stdin.flush()
        return int(self._answer())

    def end(self) -> int:
        """How the child ended: its exit code, or the number of the signal as a negative one."""
        return os.waitstatus_to_exitcode(int(self._answer()))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        said = self._process.communicate()[1]
        if said:
            sys.stderr.write(said)


def stopped(pid: int) -> None:
    """Wait until a process has stopped itself."""
    while True:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        if state in ("T", "t", "Z"):
            return
        time.sleep(0.001)


def traced(saver: Saver, *words: str, log: Path) -> int:
    """Save once under strace with these words; how the child ended."""
    saver.file.write_text(TEXT, encoding="utf-8")
    child = saver.start("once")
    stopped(child)
    tracer = subprocess.Popen(
        [shutil.which("strace") or "strace", "-f", "-o", str(log), *words, "-p", str(child)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert tracer.stderr is not None
    while "attached" not in tracer.stderr.readline():
        pass
    os.kill(child, signal.SIGCONT)
    code = saver.end()
    tracer.communicate()
    return code


def steps(saver: Saver, log: Path) -> Iterator[tuple[str, int]]:
    """Every call of the kernel that a save makes, by its name and its number among those of that name."""
    code = traced(saver, log=log)
    assert code == SAVED, f"an undisturbed save ended with {code}"
    seen: dict[str, int] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        found = _CALL.match(line)
        if found and found[1] not in _HARMLESS:
            seen[found[1]] = seen.get(found[1], 0) + 1
            yield found[1], seen[found[1]]


def wrong(code: int, text: str) -> str:
    """What is wrong with the file after a save that ended so; "" when nothing is."""
    allowed = {SAVED: (NEW,), UNCONFIRMED: (NEW,), REFUSED: (TEXT,)}.get(code, (TEXT, NEW))
    if code == FOREIGN:
        return "an exception that is none of ours"
    return "" if text in allowed else f"{len(text)} characters that are neither the old nor the new content"


def disturbed(count: int, random: Random) -> Outcome:
    """Fail each step of a save with one error after another, and kill it there."""
    failures: list[str] = []
    tried = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Saver(folder) as saver:
            known = list(steps(saver, folder / "log"))
            cases = [(*step, how) for step in known for how in (*ERRORS, "KILL")]
            random.shuffle(cases)
            for call, number, how in cases[:count]:
                inject = f"signal=SIGKILL:when={number}" if how == "KILL" else f"error={how}:when={number}"
                code = traced(saver, "-e", f"inject={call}:{inject}", log=folder / "log")
                found = wrong(code, saver.file.read_text(encoding="utf-8"))
                tried += 1
                if found:
                    failures.append(f"{call} number {number}, {how}, ended with {code}: {found}")
                    if len(failures) == TOO_MANY:
                        break
    return Outcome(tried, tuple(failures), f"{len(known)} steps in a save")


def killed(count: int, random: Random) -> Outcome:
    """Kill a program that does nothing but save, at any moment."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as name, Saver(Path(name)) as saver:
        for number in range(count):
            saver.file.write_text(TEXT, encoding="utf-8")
            child = saver.start("endless")
            time.sleep(random.uniform(0.001, 0.06))
            os.kill(child, signal.SIGKILL)
            saver.end()
            text = saver.file.read_text(encoding="utf-8")
            said = re.fullmatch(re.escape(TEXT).replace("short", r"((\d{6} )\2{1999}|short)"), text)
            if said is None:
                failures.append(f"kill {number} left {len(text)} characters that were never written as a whole")
    return Outcome(count, tuple(failures))


EDITOR = """
import sys, hashlib, os, time
path, count = sys.argv[1], int(sys.argv[2])
kept = 0
while kept < count:
    before = open(path, "rb").read()
    time.sleep(0.002)
    if open(path, "rb").read() != before:
        continue  # "the file has changed since you read it": the editor reads it again
    with open(path + ".swp", "wb") as file:
        file.write(before + b"# editor %d\\n" % kept)
    if open(path, "rb").read() != before:
        continue
    os.rename(path + ".swp", path)
    kept += 1
    time.sleep(0.01)
print(kept, 0)
"""
PROGRAM = "tests.unit.files.saving_program"


def together(count: int, random: Random) -> Outcome:
    """Four programs make `count` edits each, while an editor that knows no lock adds comments."""
    del random
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "c.toml"
        path.write_text(TEXT, encoding="utf-8")
        environ = {**os.environ, "CYBERUN_STATE_DIR": f"{name}/state", "PYTHONPATH": str(ROOT)}
        comments = max(1, count // 4)
        argvs = [["-m", PROGRAM, str(path), f"p{number}", str(count)] for number in range(4)]
        running = [
            subprocess.Popen([sys.executable, *argv], stdout=subprocess.PIPE, text=True, env=environ)
            for argv in [*argvs, ["-c", EDITOR, str(path), str(comments)]]
        ]
        said = [process.communicate()[0].split() for process in running]
        text = path.read_text(encoding="utf-8")
    wanted = [f"p{program}-{number} = {number}\n" for program in range(4) for number in range(count)]
    wanted += [f"# editor {number}\n" for number in range(comments)]
    lost = tuple(f"{line.strip()} was kept, and is not there" for line in wanted if line not in text)
    return Outcome(len(wanted), lost[:TOO_MANY], f"{sum(int(words[1]) for words in said if words)} conflicts reported")


ROWS = (
    Row("every step of a save failed or killed: old or new", disturbed, full=2000, short=8, needs="strace"),
    Row("kill -9 at any moment of a save: never torn", killed, full=1000, short=8),
    Row("4 programs and an editor on one file: all kept or reported", together, full=100, short=6),
)
