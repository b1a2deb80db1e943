"""What a `run` was asked for, as work: the collections, the selection and the rows, for one target or another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.cli.loading import Ids, chosen, load_all, references, unknown_ids
from workbench.model.errors import CollectionError, FileError, SecretError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.cli.diagnostics import Diagnostics
    from workbench.cli.options import TargetFlags
    from workbench.cli.run_flags import RunFlags
    from workbench.files.collections import LoadedCollection
    from workbench.replay.baseline import Baseline, RuleBook
    from workbench.replay.paired import Twin
    from workbench.replay.plan import Selection
    from workbench.replay.runner import Work
    from workbench.replay.session import Session


@dataclass(frozen=True)
class RunOrder:
    """The order of one run. `rows` is empty for a run without data."""

    loaded: list[LoadedCollection]
    selection: Selection
    rows: list[dict[str, Any]]
    flags: RunFlags
    target: TargetFlags

    async def gather(self, session: Session, environment: str | None) -> list[Work]:
        """The work of the first row, with everything found that could keep it from starting."""
        from workbench.replay.gather import gather

        unknown = unknown_ids(self.loaded, self.flags.only)
        try:
            works = await gather(
                session,
                self.loaded,
                selection=self.selection,
                environment=environment,
                given=self.target.variables,
                row=self.rows[0] if self.rows else None,
                row_number=1 if self.rows else None,
                online=not self.flags.dry_run and not unknown,
            )
        except (CollectionError, SecretError) as error:
            if not unknown:
                raise
            raise CollectionError([*unknown, *error.problems]) from error
        if unknown:
            raise CollectionError(unknown)
        return works

    def expand(self, works: Sequence[Work], session: Session) -> Iterator[Work]:
        """The work of every row and repeat, made as it is needed."""
        from workbench.replay.expand import expand

        return expand(works, self.rows, self.flags.repeat, session.redactor)

    def total(self, works: Sequence[Work]) -> int:
        """How many results there will be."""
        return sum(len(work.plan.steps) for work in works) * max(1, len(self.rows)) * self.flags.repeat


def run_order(paths: Sequence[str], flags: RunFlags, target: TargetFlags, diagnostics: Diagnostics) -> RunOrder:
    """Read everything that a run was asked for; warnings go to stderr.

    Raises:
        CollectionError, FileError: with every problem of every file, or a report would replace one of them.
    """
    files, ids = references(paths)
    loaded = load_all(files)
    for each in loaded:
        for problem in each.warnings:
            diagnostics.warning(str(problem))
    _spare([*(each.path for each in loaded), *([flags.data] if flags.data else [])], flags)
    return RunOrder(loaded, _selection(flags, loaded, chosen(loaded, ids)), _rows(flags), flags, target)


def _spare(sources: Sequence[str], flags: RunFlags) -> None:
    """No report is written over what the run is made of, nor over another report."""
    taken = {Path(source).resolve() for source in sources if source != "-"}
    for name, path in flags.reports:
        place = Path(path).resolve()
        if place in taken and not place.is_char_device():
            message = f"--report {name}={path} would replace what this run reads, or another report; nothing was sent"
            raise FileError(message, path=path, hint="give it a name of its own")
        taken.add(place)


def _rows(flags: RunFlags) -> list[dict[str, Any]]:
    from workbench.files.rows import load_rows
    from workbench.replay.expand import check_rows

    rows = load_rows(flags.data) if flags.data else []
    check_rows(rows, flags.data or "")
    return rows


def _selection(flags: RunFlags, loaded: Sequence[LoadedCollection], named: Ids) -> Selection:
    from workbench.files.last_run import load_last_run, place_of
    from workbench.replay.plan import Selection

    failed: frozenset[tuple[str, str]] | None = None
    if flags.failed:
        last = load_last_run(Path.cwd())
        known = last.failed if last else {}
        failed = frozenset((each.path, i) for each in loaded for i in known.get(place_of(Path.cwd(), each.path), []))
    return Selection(
        named=named,
        only=flags.only,
        tags=flags.tags,
        skip_tags=flags.skip_tags,
        failed=failed,
        shard=flags.shard,
    )


@dataclass(frozen=True)
class Comparing:
    """What a run is compared with: recordings, a second target, or nothing."""

    baseline: Baseline | None = None
    twin: Twin | None = None
    name: str = ""


async def comparing(order: RunOrder, works: Sequence[Work], session: Session, diagnostics: Diagnostics) -> Comparing:
    """Everything that a comparison needs, checked before the first call.

    Raises:
        CollectionError: an entry of `snapshot.ignore` that is none.
        FileError: the folder of the recordings is not there, or cannot be made.
        TargetError, SecretError, PlatformError: the second target cannot be used.
    """
    if not order.flags.compares:
        return Comparing()
    from workbench.replay.baseline import Baseline, RuleBook

    flags = order.flags
    book = RuleBook(works, flags.ignore, any_order=flags.any_order)
    if flags.compare_target:
        twin = await _twin(order, session, book)
        recorder = Baseline(book, session.redactor, diagnostics.error, record=_made(flags.record))
        return Comparing(recorder if flags.record else None, twin, twin.name)
    baseline = Baseline(
        book,
        session.redactor,
        diagnostics.error,
        record=_made(flags.record),
        compare=_made(flags.compare) if flags.update else _there(flags.compare),
        update=flags.update,
    )
    return Comparing(baseline, None, flags.compare or "")


async def _twin(order: RunOrder, session: Session, book: RuleBook) -> Twin:
    from workbench.replay.paired import Twin

    what, name = order.flags.compare_target or ("", "")
    changed = {} if what == "env" else {what: name}
    view = session.with_overrides(msgspec.structs.replace(session.overrides, **changed))
    works = await order.gather(view, name if what == "env" else order.target.environment)
    return Twin(f"{what}={name}", view, order.expand(works, view), book)


def _made(folder: str | None) -> Path | None:
    """The folder, which is made when it is missing."""
    if folder is None:
        return None
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder {folder} cannot be made: {error.strerror}; nothing was sent"
        raise FileError(message, path=folder) from error
    return Path(folder)


def _there(folder: str | None) -> Path | None:
    if folder is not None and not Path(folder).is_dir():
        raise FileError(
            f"there is no folder {folder} with recordings; nothing was sent",
            path=folder,
            hint=f"make them with --record {folder}",
        )
    return Path(folder) if folder is not None else None
