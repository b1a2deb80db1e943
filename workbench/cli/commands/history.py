"""`history`: past sends: list and search them, show one, send one again, delete. Only a replay needs the network."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.asking import confirmed
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.model.collection import UNSAFE_METHODS
from workbench.model.errors import WorkbenchError
from workbench.model.history import search
from workbench.model.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.files.collections import LoadedCollection
    from workbench.files.history import HistoryFile
    from workbench.model.history import Line, Record

_BAD_STATUS = 400


@click.group("history", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int | None:
    """Past sends of the app and of `send`: failures and cancelled ones too, secrets masked."""
    if ctx.invoked_subcommand is None:
        result: int = ctx.invoke(list_command)
        return result
    return None


def _filter(read: Any) -> Any:
    """A click callback that reads one part of a search."""

    def convert(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
        if not value:
            return ""
        try:
            found: str = read(value, datetime.now(UTC))
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from error
        return found

    return convert


@command.command("list")
@click.argument("words", nargs=-1, metavar="[TEXT]...")
@click.option("--status", metavar="STATUS", callback=_filter(search.status), help=f"{search.STATUS_HELP}.")
@click.option("--service", metavar="SLUG", default="", help="Sends to this service.")
@click.option("--method", metavar="METHOD", default="", help="Sends with this method.")
@click.option("-e", "--env", metavar="NAME", default="", help="Sends with this environment.")
@click.option("--id", "request", metavar="ID", default="", help="Sends of the request with this id.")
@click.option("--since", metavar="TIME", callback=_filter(search.moment), help=f"{search.TIME_HELP}.")
@click.option("--until", metavar="TIME", callback=_filter(search.moment), help="Likewise, for the end.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array, the newest first.")
@click.pass_obj
def list_command(diagnostics: Diagnostics, /, words: tuple[str, ...] = (), **given: Any) -> int:
    """List past sends, the newest first; TEXT is looked for in names, paths, headers and bodies."""
    wanted = search.Wanted(
        words=words,
        status=given["status"] or "",
        service=given["service"],
        method=given["method"].upper(),
        environment=given["env"],
        request=given["request"],
        since=given["since"] or "",
        until=given["until"] or "",
    )
    with closing(_history(diagnostics)) as history:
        lines = history.lines(wanted, limit=given["limit"])
    output = Output()
    if given["as_json"]:
        output.text(_json([_fields(line) for line in lines]))
    elif lines:
        output.text(_table(lines, unicode=output.unicode))
    else:
        diagnostics.note("no past sends fit" if wanted != search.Wanted() else "there are no past sends")
    return Exit.OK


@command.command("show")
@click.argument("key", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON, as an element of a run's results.")
@click.option("--body", is_flag=True, help="Only the answer's body, as it was kept.")
@click.pass_obj
def show(diagnostics: Diagnostics, key: str, *, as_json: bool, body: bool) -> int:
    """Show one send: what went out, what came back. ID may be cut short as long as it names one send only."""
    record = _found(diagnostics, key)
    output = Output()
    if body:
        output.bytes(record.response.body if record.response else b"")
    elif as_json:
        output.text(_json(_full(record)))
    else:
        output.text(_text(record, unicode=output.unicode))
    return Exit.OK


@command.command("replay")
@click.argument("key", metavar="ID")
@click.option("--current", is_flag=True, help="The request with today's variables, in place of the same bytes.")
@click.option("--yes", is_flag=True, help="Send an unsafe method without asking.")
@click.option("-i", "--include", is_flag=True, help="Status line and headers before the body.")
@click.option("--check-status", is_flag=True, help="Exit 1 when the container's status is 400 or above.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, redacted; send nothing.")
@target_options
@click.pass_obj
def replay(diagnostics: Diagnostics, /, target: TargetFlags, key: str, **flags: Any) -> int:
    """Send a past send again: exactly the same bytes to the same target, unless flags say otherwise.

    POST, PUT, PATCH and DELETE ask first; where nobody can be asked, --yes is needed.
    """
    return asyncio.run(_replay(diagnostics, target, _found(diagnostics, key), flags))


@command.command("delete")
@click.argument("keys", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def delete(diagnostics: Diagnostics, keys: tuple[str, ...]) -> int:
    """Delete past sends for good."""
    with closing(_history(diagnostics)) as history:
        records = [_of(history, key) for key in keys]
        count = history.forget([record.key for record in records])
    diagnostics.note(f"deleted {count}")
    return Exit.OK


@command.command("clear")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def clear(diagnostics: Diagnostics, *, yes: bool) -> int:
    """Delete the whole history for good; asks first."""
    if not yes and not confirmed("Delete every past send?"):
        raise WorkbenchError("nothing was deleted", hint="--yes deletes without asking")
    with closing(_history(diagnostics)) as history:
        count = history.forget()
    diagnostics.note(f"deleted {count}")
    return Exit.OK


def _history(diagnostics: Diagnostics) -> HistoryFile:
    from workbench.files.history import HistoryFile
    from workbench.files.settings import load_settings

    limits = load_settings().history
    if not limits.enabled:
        diagnostics.note("the history is switched off in the settings: nothing new is kept")
    return HistoryFile(limits=limits)


def _found(diagnostics: Diagnostics, key: str) -> Record:
    with closing(_history(diagnostics)) as history:
        return _of(history, key)


def _of(history: HistoryFile, key: str) -> Record:
    record = history.record(key)
    if record is None:
        raise WorkbenchError(f"there is no past send {key!r}", hint="`cyberun-tui history list` has their ids")
    return record


async def _replay(diagnostics: Diagnostics, flags: TargetFlags, record: Record, given: dict[str, Any]) -> int:
    from workbench.cli.commands.send import show_prepared
    from workbench.cli.keeping import send_and_keep
    from workbench.replay import past

    loaded = _collection(record)
    async with open_session(flags, diagnostics) as own:
        session = past.aimed_again(own, record.target) if record.target else own
        if given["current"] or flags.environment or flags.variables:
            prepared, profile = await past.current_values(
                session, record, loaded, environment=flags.environment, given=flags.variables
            )
        else:
            prepared, profile = await past.same_bytes(session, record, loaded)
        if given["dry_run"]:
            show_prepared(session, prepared)
            return Exit.OK
        _may_send(record, prepared.request.target.service, yes=given["yes"])
        response = await send_and_keep(
            session, profile, prepared, diagnostics, file=record.file, request=record.template, timeout=None
        )
    _write(response, include=given["include"])
    return Exit.FAILED if given["check_status"] and response.status >= _BAD_STATUS else Exit.OK


def _collection(record: Record) -> LoadedCollection | None:
    """The collection of a send, where it can still be read."""
    from workbench.files.collections import load

    try:
        return load(record.file) if record.file not in ("", "-") and Path(record.file).exists() else None
    except WorkbenchError:
        return None  # its secrets are not known then, and a replay that needs them says so


def _may_send(record: Record, service: str, *, yes: bool) -> None:
    if yes or record.method.upper() not in UNSAFE_METHODS:
        return
    if not confirmed(f"{record.method} may change something on {service}. Send it again?"):
        raise WorkbenchError("nothing was sent", hint="--yes sends an unsafe method without asking")


def _write(response: Any, *, include: bool) -> None:
    from workbench.cli.body_output import head_text, terminal_text

    output = Output()
    if include:
        output.text(head_text(response, terminal=output.is_terminal))
    if output.is_terminal:
        output.text(terminal_text(response, colour=output.colour("auto")))
    else:
        output.bytes(response.body)


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _fields(line: Line) -> dict[str, Any]:
    return {
        "id": line.key,
        "started": line.started,
        "file": line.file,
        "request_id": line.id,
        "name": line.title,
        "method": line.method,
        "path": line.path,
        "service": line.service,
        "team": line.team,
        "env": line.environment,
        "profile": line.profile,
        "route": line.route,
        "outcome": line.outcome,
        "status": line.status,
        "platform_status": line.platform_status,
        "error": line.kind or None,
        "in_doubt": line.in_doubt,
        "total_ms": round(line.elapsed * 1000, 1),
        "size": line.size,
    }


def _full(record: Record) -> dict[str, Any]:
    from workbench.model.history import exchange_of, line_of
    from workbench.model.secrets import Redactor
    from workbench.replay.reports.json_report import result

    full = result(exchange_of(record), Redactor(), "always")
    return {**full, **_fields(line_of(record))}


def _table(lines: Iterable[Line], *, unicode: bool) -> str:
    rows = [_row(line, unicode=unicode) for line in lines]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    return "".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip() + "\n"
        for row in rows
    )


def _row(line: Line, *, unicode: bool) -> tuple[str, ...]:
    marks = {"passed": "✓", "failed": "✗", "error": "!"} if unicode else {"passed": "+", "failed": "x", "error": "!"}
    status = "-" if line.status is None else str(line.status)
    what = line.kind.replace("_", " ") + (", outcome unknown" if line.in_doubt else "")
    where = visible(line.service + (f" ({line.environment})" if line.environment else ""))
    when = _local(line.started)
    shown = (marks.get(line.outcome, "-"), line.key, when, line.method, status, f"{line.elapsed * 1000:.0f} ms", where)
    return (*shown, visible(f"{line.title or line.path}  {what}"))


def _local(started: str) -> str:
    try:
        return datetime.fromisoformat(started).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return started


def _text(record: Record, *, unicode: bool) -> str:
    from workbench.cli.body_output import head_text, terminal_text
    from workbench.model.history import hidden_parts, line_of

    parts = [_table([line_of(record)], unicode=unicode)]
    target = record.target
    if target is not None:
        parts.append(f"to {target.base_url} · team {record.team or '-'} · service {target.service} · {target.route}\n")
    parts.append(f"\n{record.method} {record.path}\n" + "".join(f"{name}: {value}\n" for name, value in record.headers))
    if record.body:
        parts.append("\n" + record.body.decode("utf-8", "replace") + "\n")
    if record.hidden:
        parts.append(f"(masked, or not kept in full: {', '.join(hidden_parts(record))})\n")
    if record.error is not None:
        parts.append(f"\n{record.error.layer}: {record.error.message}\n{record.error.hint}\n")
    text = "".join(visible(part) for part in parts)
    if record.response is not None:
        text += "\n" + head_text(record.response, terminal=True) + terminal_text(record.response, colour=False)
        text += "(the rest of the body was not kept)\n" if record.response_cut else ""
    return text
