"""The history on disk: one SQLite file in the state folder, readable by its owner alone; the only user of SQLite.

What comes in is masked already (`model.history.record_of`). A file that cannot be read is set aside and named, and
nothing here may keep a call from being sent: callers catch `FileError` and go on. Use one `HistoryFile` on one thread;
several processes may use the same file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.model.errors import FileError
from workbench.model.history import Line, Record, Wanted, line_of
from workbench.model.profile import HistoryLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

FILE_NAME = "history.db"
VERSION = 1
WAIT = 2.0
"""Seconds that another process is waited for."""

_COLUMNS = tuple(Line.__struct_fields__)
_NUMBERS = {"status": "INTEGER", "platform_status": "INTEGER", "in_doubt": "INTEGER", "elapsed": "REAL"}
_SCHEMA = f"""
CREATE TABLE sends (
    number INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL,
    {", ".join(f"{name} {_NUMBERS.get(name, 'TEXT')}" for name in _COLUMNS)},
    record BLOB NOT NULL,
    request_body BLOB,
    response_body BLOB,
    UNIQUE (key)
);
CREATE INDEX sends_started ON sends (started);
"""
_SEARCHED = (
    "title",
    "id",
    "file",
    "method",
    "path",
    "service",
    "team",
    "kind",
    "record",
    "request_body",
    "response_body",
)

_Result = TypeVar("_Result")


class HistoryFile:
    """The sends in one file, newest last.

    Args:
        path: the file; it is made when something is first kept.
        limits: how much is kept.
        wait: seconds that another process is waited for while it writes.
    """

    def __init__(self, path: Path | None = None, limits: HistoryLimits | None = None, *, wait: float = WAIT) -> None:
        self.path = path or state_folder() / FILE_NAME
        self.notice = ""  # what a user should know, once: a file that was set aside
        self._limits = limits or HistoryLimits()
        self._wait = wait
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def add(self, records: Sequence[Record]) -> None:
        """Keep these sends, and forget the oldest beyond the limits.

        Raises:
            FileError: they could not be kept.
        """
        self._do(lambda db: _add(db, records, self._limits), what="kept")

    def lines(self, wanted: Wanted | None = None, *, limit: int = 200) -> list[Line]:
        """The newest sends that are looked for, newest first.

        Raises:
            FileError: the file could not be read.
        """
        if not self._there():
            return []
        return self._do(lambda db: _lines(db, wanted or Wanted(), limit), what="read")

    def record(self, key: str) -> Record | None:
        """One send with its bodies; a key may be cut short as long as it fits one send only.

        Raises:
            FileError: the file could not be read.
        """
        if not key or not self._there():
            return None
        return self._do(lambda db: _record(db, key), what="read")

    def forget(self, keys: Sequence[str] | None = None) -> int:
        """Delete these sends, or all; how many there were.

        Raises:
            FileError: they could not be deleted.
        """
        if not self._there():
            return 0
        return self._do(lambda db: _forget(db, keys), what="deleted")

    def renamed(self, file: str, old: str, new: str) -> None:
        """A request of a file has another id: its sends go along.

        Raises:
            FileError: it could not be changed.
        """
        if not self._there():
            return
        self._do(
            lambda db: db.execute("UPDATE sends SET id = ? WHERE file = ? AND id = ?", (new, file, old)), what="changed"
        )

    def _there(self) -> bool:
        return self._connection is not None or self.path.exists()

    def _do(self, work: Callable[[sqlite3.Connection], _Result], *, what: str) -> _Result:
        """Do something in one transaction; with a file that is damaged once more, on a new one."""
        try:
            with self._open() as db:
                return work(db)
        except sqlite3.OperationalError as error:
            raise self._failed(error, what) from error
        except (sqlite3.DatabaseError, UnicodeError) as error:  # damaged names in the schema come as the latter
            self._set_aside(error)
        try:
            with self._open() as db:
                return work(db)
        except sqlite3.Error as error:
            raise self._failed(error, what) from error

    def _failed(self, error: sqlite3.Error, what: str) -> FileError:
        return FileError(
            f"the history could not be {what}: {error} ({self.path})",
            path=str(self.path),
            hint="sending goes on without it; [history] enabled = false in the settings switches it off",
        )

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction that is taken back when something fails."""
        if self._connection is None:
            self._connection = self._connect()
        db = self._connection
        with db:
            yield db

    def _connect(self) -> sqlite3.Connection:
        unclean = self.path.with_name(f"{self.path.name}-wal").exists()
        try:
            make_private(self.path.parent)
            # SQLite gives the files beside it the same mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
        except OSError as error:
            raise FileError(f"the history {self.path} cannot be used: {error.strerror}", path=str(self.path)) from error
        db = sqlite3.connect(self.path, timeout=self._wait)
        db.text_factory = lambda data: data.decode("utf-8", "replace")  # damaged text is damaged, and no error
        try:
            _prepare(db, check=unclean)
        except BaseException:  # whatever it is, the file is not left open; raised again
            db.close()
            raise
        return db

    def _set_aside(self, error: Exception) -> None:
        """Move a damaged file out of the way, with what stands beside it."""
        self.close()
        aside = self.path.with_name(f"history.corrupt-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.db")
        try:
            self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                beside = self.path.with_name(f"{self.path.name}{suffix}")
                with contextlib.suppress(FileNotFoundError):
                    beside.replace(aside.with_name(f"{aside.name}{suffix}"))
        except OSError as wrong:
            raise FileError(
                f"the history {self.path} is damaged ({error}) and cannot be moved away: {wrong.strerror}",
                path=str(self.path),
            ) from error
        self.notice = f"the history was damaged ({error}) and is now {aside}; a new one was begun"


def _prepare(db: sqlite3.Connection, *, check: bool) -> None:
    """Set what a connection needs, make the table where there is none; DatabaseError for a file that is no good."""
    for setting in ("secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL"):
        db.execute(f"PRAGMA {setting}").fetchall()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if check:
        (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    if version > VERSION:
        raise sqlite3.OperationalError(f"it was made by a newer version of this program ({version})")
    if version == 0:
        with db:
            db.execute("BEGIN IMMEDIATE")  # another process may be making it right now
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")


def _add(db: sqlite3.Connection, records: Sequence[Record], limits: HistoryLimits) -> None:
    marks = ", ".join("?" * (len(_COLUMNS) + 4))
    names = ", ".join((*_COLUMNS, "bytes", "record", "request_body", "response_body"))
    db.executemany(f"INSERT OR REPLACE INTO sends ({names}) VALUES ({marks})", map(_row, records))  # noqa: S608 - our own names
    db.execute(
        "DELETE FROM sends WHERE number <= (SELECT number FROM sends ORDER BY number DESC LIMIT 1 OFFSET ?)",
        (limits.rows,),
    )
    if limits.days:
        oldest = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - limits.days * 86400))
        db.execute("DELETE FROM sends WHERE started < ?", (oldest,))
    db.execute(
        "DELETE FROM sends WHERE number IN (SELECT number FROM "
        "(SELECT number, SUM(bytes) OVER (ORDER BY number DESC) AS total FROM sends) WHERE total > ?)",
        (limits.size,),
    )


def _row(record: Record) -> list[Any]:
    line = line_of(record)
    response = record.response
    bare = msgspec.structs.replace(
        record, body=None, response=msgspec.structs.replace(response, body=b"") if response else None
    )
    encoded = msgspec.json.encode(bare)
    bodies = [record.body, response.body if response else None]
    size = len(encoded) + sum(len(body) for body in bodies if body)
    return [*(getattr(line, name) for name in _COLUMNS), size, encoded, *bodies]


def _lines(db: sqlite3.Connection, wanted: Wanted, limit: int) -> list[Line]:
    where, given = _condition(wanted)
    rows = db.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM sends {where} ORDER BY started DESC, number DESC LIMIT ?",  # noqa: S608 - our own names
        (*given, limit),
    )
    return [line for row in rows if (line := _line(row)) is not None]


def _line(row: Sequence[Any]) -> Line | None:
    """A row as a line; None for one whose values are damaged, which hides no other."""
    values = dict(zip(_COLUMNS, row, strict=True))
    try:
        return msgspec.convert({**values, "in_doubt": bool(values["in_doubt"])}, Line, strict=False)
    except msgspec.ValidationError:
        return None


def _condition(wanted: Wanted) -> tuple[str, list[Any]]:
    terms: list[str] = []
    given: list[Any] = []

    def add(term: str, *values: Any) -> None:
        terms.append(term)
        given.extend(values)

    for column in ("service", "method", "environment"):
        if value := getattr(wanted, column):
            add(f"{column} = ?", value)
    if wanted.request:
        add("id = ?", wanted.request)
    if wanted.since:
        add("started >= ?", wanted.since)
    if wanted.until:
        add("started < ?", wanted.until)
    if wanted.status:
        add(*_status(wanted.status))
    for word in wanted.words:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = " OR ".join(f"CAST({name} AS TEXT) LIKE ? ESCAPE '\\'" for name in _SEARCHED)
        add(f"({found})", *[pattern] * len(_SEARCHED))
    return (f"WHERE {' AND '.join(terms)}" if terms else ""), given


def _status(wanted: str) -> tuple[Any, ...]:
    """The condition for a status; the words are those of `model.history.search`."""
    if wanted == "unknown":
        return ("in_doubt = 1",)
    if wanted == "cancelled":
        return ("kind = 'cancelled'",)
    if wanted.endswith("xx"):
        return "status BETWEEN ? AND ?", int(wanted[0]) * 100, int(wanted[0]) * 100 + 99
    return ("status = ?", int(wanted)) if wanted.isdigit() else ("outcome = ?", wanted)


def _record(db: sqlite3.Connection, key: str) -> Record | None:
    rows = db.execute(
        "SELECT record, request_body, response_body, id, key FROM sends WHERE substr(key, 1, ?) = ? "
        "ORDER BY key != ? LIMIT 2",
        (len(key), key, key),
    ).fetchall()
    if not rows or (len(rows) > 1 and rows[0][-1] != key):
        return None
    encoded, request_body, response_body, request_id, _ = rows[0]
    try:
        record = msgspec.json.decode(encoded, type=Record)
        request_id, request_body, response_body = msgspec.convert(
            (request_id, request_body, response_body), tuple[str, bytes | None, bytes | None]
        )
    except (msgspec.MsgspecError, TypeError, UnicodeError) as error:
        raise sqlite3.OperationalError(f"the send {key} is kept in a form that is not known here: {error}") from error
    response = record.response
    return msgspec.structs.replace(
        record,
        id=request_id,
        body=request_body,
        response=msgspec.structs.replace(response, body=response_body or b"") if response else None,
    )


def _forget(db: sqlite3.Connection, keys: Sequence[str] | None) -> int:
    if keys is None:
        count = db.execute("DELETE FROM sends").rowcount
    else:
        count = sum(db.execute("DELETE FROM sends WHERE key = ?", (key,)).rowcount for key in keys)
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # what was deleted must not stay in the log beside it
    return count
