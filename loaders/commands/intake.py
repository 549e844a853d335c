"""From paths to landed extracts: recognise each file, read it, land all of it or quarantine it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from common.errors import ChangingError, EmptyExportError, FileError, LoaderError, SourceFormatError, UsageError
from common.failures import mendable
from common.private_files import private_folder
from common.settings import Settings, utc_now
from loaders.commands.notes import notes_of
from loaders.commands.recognition import likely_source, read_by, recognise, unrecognised
from loaders.landing import quarantine
from loaders.landing.encodings import UTF8, scan, write_as_utf8
from loaders.landing.exports import DOCUMENT_LIMIT_BYTES, Export
from loaders.landing.extracts import Landing, Origin, Part, Staged
from loaders.landing.file_kinds import HEAD_BYTES, foreign_kind
from loaders.landing.locks import files_shared
from loaders.landing.received import head_of, received
from loaders.landing.store import account_locks, store_original
from loaders.landing.tables import Table
from loaders.landing.text_tables import TextTable
from loaders.landing.timeline import Entry
from loaders.landing.timestamps import stamp_in, to_utc
from loaders.landing.zips import zip_members
from loaders.registry import SOURCES, no_such_source
from loaders.source import Source

ZIP_DEPTH = 2


@dataclass(frozen=True)
class Request:
    """How a person asked for a file to be landed.

    accept: land it whatever it takes away; look: stage it and say what it would do, and land nothing.
    only: the table and account of the one part to land; every part where None.
    """

    source: str | None = None
    account: str | None = None
    extracted_at: datetime | None = None
    accept: bool = False
    look: bool = False
    only: tuple[str, str] | None = None
    dates: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    status: `landed`, `unchanged`, `ignored`, `quarantined`; `failed` where it could not be read, `waiting` where it stays in
        the inbox, as it is not whole; `staged` where it was only looked at.
    unknown: ignored as nothing that any source exports.
    exit_code: what a failed one asks the command to end with.
    effects: lines that say what an accepted one takes away or doubles.
    settled: the id under which the same bytes were in quarantine until they landed.
    """

    file_name: str
    status: str
    rows: int = 0
    tables: tuple[str, ...] = ()
    reason: str = ""
    warnings: tuple[str, ...] = ()
    quarantine_id: str = ""
    first_day: date | None = None
    last_day: date | None = None
    unknown: bool = False
    exit_code: int = 0
    effects: tuple[str, ...] = ()
    settled: str = ""


@dataclass(frozen=True)
class Job:
    """One file to land: the writer that lands it, and how it was asked for.

    named: a person named the file itself, not a folder that it is in. depth: how many zips it is inside of.
    """

    settings: Settings
    landing: Landing
    export: Export
    named: bool
    request: Request
    depth: int = 0


@dataclass(frozen=True)
class Prepared:
    """A file that was read: where its rows come from, its parts, and the account of each part that is to land."""

    job: Job
    origin: Origin
    parts: list[Part]
    keyed: list[tuple[Part, str]]


def land_file(settings: Settings, landing: Landing, export: Export, named: bool, request: Request) -> Iterator[Outcome]:
    """Land one file, or every member of a zip, from a copy of our own; yield what became of each."""
    try:
        if not named and (outcome := foreign(export, head_of(export, HEAD_BYTES))):
            yield outcome
            return
        with received(settings, export) as copy:
            job = Job(settings, landing, copy, named, request)
            if copy.kind == "zip":
                yield from land_zip(job)
            else:
                yield land_or_refuse(job)
    except (FileError, ChangingError) as error:
        yield failed(export, error)


def land_zip(job: Job) -> Iterator[Outcome]:
    """Land the members of a zip as the files of a folder named like the zip; refuse it whole when it is unsafe or damaged."""
    with private_folder(job.settings) as unpacked:
        try:
            members = list(zip_members(job.export.path, job.export.name, unpacked))
            if not members:
                raise SourceFormatError(f"{job.export.file_name}: a zip without files. Download it again.")
        except SourceFormatError as error:
            yield refuse(job.settings, job.export, error, job.request)
            return
        for member in members:
            inner = replace(job, export=member, depth=job.depth + 1)
            if outcome := foreign(member, member.head):
                yield outcome
            elif member.kind != "zip":
                yield land_or_refuse(replace(inner, named=job.named and len(members) == 1))
            elif inner.depth < ZIP_DEPTH:
                yield from land_zip(inner)
            else:
                yield Outcome(member.file_name, "ignored", reason="a zip in a zip in a zip", unknown=True)


def land_or_refuse(job: Job) -> Outcome:
    """Land one file whole, or quarantine it; whatever is wrong with it, the next file's turn comes.

    A file without rows is ignored where a small account's export may have none.
    """
    settings, export, request = job.settings, job.export, job.request
    try:
        outcome = land_export(job)
        if outcome.status in ("landed", "unchanged") and not request.only:
            settled = quarantine.settle(settings, export, request.account)
            return replace(outcome, settled=settled)
        return outcome
    except EmptyExportError as error:
        return Outcome(export.file_name, "ignored", reason=str(error))
    except SourceFormatError as error:
        return refuse(settings, export, error, request)
    except (FileError, ChangingError) as error:
        return failed(export, error)
    except Exception as error:
        if mendable(error):
            raise
        import structlog

        structlog.get_logger().debug("unexpected", file=export.file_name, exc_info=True)
        unexpected = SourceFormatError(
            f"{export.file_name}: can't be read as what it looks like ({type(error).__name__}: {error}). Download it again; "
            "if it stays so, report it with this line."
        )
        return refuse(settings, export, unexpected, request)
    finally:
        job.landing.renew()


def land_export(job: Job) -> Outcome:
    """Land every part of one file, or none: recognise it, prepare, lock, stage, keep the original, commit.

    Raises SourceFormatError when it is refused (EmptyExportError: a header alone), FileError where what landed before it
    is damaged.
    """
    export, request = replace(job.export, dates=job.request.dates), job.request
    found = recognise(export, request.source)
    if not found:
        if job.named or request.source:
            raise unrecognised(export, request.source)
        return Outcome(export.file_name, "ignored", reason="not an export of a known source", unknown=True)
    declared, parts = found
    if not parts:
        return Outcome(export.file_name, "ignored", reason="nothing of use in it; not kept")
    with contextlib.ExitStack() as stack:
        stack.callback(job.landing.release)
        prepared = prepare(replace(job, export=export), declared, parts, stack)
        lock(prepared, stack)
        staged = stage(prepared)
        effects = tuple(line for one in staged for line in one.effects)
        if request.look:
            return Outcome(export.file_name, "staged", effects=effects)
        keep_original(prepared)
        rows = commit(job.landing, staged)
    days = [day for one in staged for day in (one.entry.covers_from, one.entry.covers_to) if day]
    return Outcome(
        file_name=export.file_name,
        status="landed" if any(not one.unchanged for one in staged) else "unchanged",
        rows=rows,
        tables=tuple(dict.fromkeys(part.table.label for part in prepared.parts)),
        warnings=notes_of(prepared.parts, prepared.origin, staged),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        effects=effects,
    )


def prepare(job: Job, declared: Source, parts: list[Part], stack: contextlib.ExitStack) -> Prepared:
    """Return a file ready to be read by DuckDB: cut to what is read where a table is private, in UTF-8, with its accounts."""
    settings, export, request = job.settings, job.export, job.request
    warning = ""
    if any(part.table.private for part in parts):
        assert declared.cut, f"{declared.name} has a private table, and nothing that cuts its exports"
        warning = origin_of(settings, export, stack).warning
        kept = stack.enter_context(private_folder(settings)) / f"kept{export.path.suffix}"
        kept.write_bytes(declared.cut(export))
        export = replace(export, path=kept)
        read_again = read_by(declared, export)
        assert read_again is not None, f"{declared.name} does not know its own cut export"
        parts = read_again
    origin = origin_of(settings, export, stack)
    origin = replace(origin, warning=origin.warning or warning)
    parts = [on_path(part, export) for part in parts]
    keyed = [(part, account_of(settings, declared, part, request, export.file_name)) for part in parts]
    keyed = [(part, account) for part, account in keyed if request.only in (None, (part.table.label, account))]
    return Prepared(replace(job, export=export), origin, parts, keyed)


def lock(prepared: Prepared, stack: contextlib.ExitStack) -> None:
    """Hold, until the stack is left, the locks of the files and of every account that the file lands in."""
    settings = prepared.job.settings
    stack.enter_context(files_shared(settings))
    stack.enter_context(account_locks(settings, {(part.table, account) for part, account in prepared.keyed}))


def stage(prepared: Prepared) -> list[Staged]:
    """Read, place and check every part; nothing has landed after it."""
    job, origin = prepared.job, prepared.origin
    return [
        job.landing.stage(part, origin, account, moment_of(job, part), job.request.accept) for part, account in prepared.keyed
    ]


def keep_original(prepared: Prepared) -> None:
    """Store the file's bytes, as far as they may be kept, before its rows appear."""
    export = prepared.job.export
    suffix = export.path.suffix or Path(export.name).suffix
    store_original(prepared.job.settings, export.path, suffix, prepared.origin.sha256)


def commit(landing: Landing, staged: list[Staged]) -> int:
    """Land what was staged; return the number of new rows."""
    return sum([one.entry.rows if landing.commit(one) else 0 for one in staged])


def foreign(export: Export, head: bytes) -> Outcome | None:
    """Return the outcome of a file that no source exports, such as a picture, a PDF or endless JSON; None for any other."""
    kind = foreign_kind(head)
    if not kind and head.lstrip().startswith((b"{", b"[", b"<")) and export.size > DOCUMENT_LIMIT_BYTES:
        kind = f"{export.size:,} bytes, too large for a page or an answer"
    return Outcome(export.file_name, "ignored", reason=f"{kind}; not an export", unknown=True) if kind else None


def failed(export: Export, error: LoaderError) -> Outcome:
    """Return the outcome of a file that could not be read, or that met damage in landing; it stays where it is."""
    return Outcome(export.file_name, "failed", reason=str(error), exit_code=error.exit_code)


def origin_of(settings: Settings, export: Export, stack: contextlib.ExitStack) -> Origin:
    """Return where a file's rows come from, with a UTF-8 copy to read where lines of it are Windows-1252.

    Raises SourceFormatError on NUL bytes, and for lines that are neither.
    """
    scanned = scan(export.path, export.file_name)
    path, encoding, warning = export.path, UTF8, ""
    if not scanned.is_utf8:
        path = stack.enter_context(private_folder(settings)) / "utf8"
        lines = write_as_utf8(export.path, path, export.file_name)
        encoding, warning = lines.encoding, lines.warning
    return Origin(
        export.file_name, scanned.sha256, utc_now(), path, scanned.lines, scanned.line_end, encoding, export.zip_time, warning
    )


def on_path(part: Part, export: Export) -> Part:
    """Return the part reading from the export given, for rows that are still to be read."""
    if isinstance(part.rows, TextTable):
        return replace(part, rows=replace(part.rows, export=export))
    return part


def account_of(settings: Settings, declared: Source, part: Part, request: Request, file_name: str) -> str:
    """Return whose rows these are: asked for, else stated, else configured, else `main`; then what they are limited to.

    Raises SourceFormatError for an export of one account of many that nothing names.
    """
    asked = declared.resolve_account(request.account) if request.account else None
    base = asked or part.account or declared.configured_account(settings)
    if not base and part.table.needs_account:
        raise SourceFormatError(
            f"{file_name}: neither the name nor the content says whose {part.table.label} it is. "
            f"Say whose: `python cli.py land {part.table.source} PATH --account NAME`, or "
            "`python cli.py quarantine retry ID --account NAME`."
        )
    base = base or "main"
    return f"{base}/{part.limited_to}" if part.limited_to else base


def account_to_ask_for(settings: Settings, export: Export, table: Table, account: str) -> str | None:
    """Return what `--account` must say so that a part of a file lands in this account; None where nothing need be said."""
    found = recognise(export, table.source)
    if not found:
        return account
    declared, parts = found
    for part in parts:
        if part.table is table:
            with contextlib.suppress(SourceFormatError):
                if account_of(settings, declared, part, Request(), export.file_name) == account:
                    return None
    limits = [f"/{part.limited_to}" for part in parts if part.table is table and part.limited_to]
    return next((account.removesuffix(limit) for limit in limits if account.endswith(limit)), account)


def moment_of(job: Job, part: Part) -> datetime | None:
    """Return when the platform gave a file, as far as anything but its days says it."""
    if job.request.extracted_at:
        return job.request.extracted_at
    if part.table.own_file:
        return None
    if part.extracted_at:
        return part.extracted_at
    export, zone = job.export, job.settings.zone
    stated = stamp_in(export.name, zone) or stamp_in(export.folder, zone)
    if stated:
        return stated
    return to_utc(export.zip_time, zone) if export.zip_time else None


def refuse(settings: Settings, export: Export, error: SourceFormatError, request: Request) -> Outcome:
    """Quarantine a file."""
    refused = quarantine.put(
        settings, export, error, request.source, request.account, request.extracted_at, dates=request.dates,
        known_source=request.source or likely_source(export),
    )  # fmt: skip
    return Outcome(export.file_name, "quarantined", reason=refused.reason, quarantine_id=refused.id)


def retry(
    settings: Settings,
    landing: Landing,
    refused: quarantine.Refused,
    accept: bool,
    look: bool = False,
    account: str | None = None,
    dates: str | None = None,
) -> list[Outcome]:
    """Land a refused file again, with or without the replacement check; what lands leaves quarantine. Or only look at it.

    account: whose it is, where a person says so now.

    The caller holds the entry (`quarantine.deciding`).
    Raises UsageError when accepting a file that was not refused by that check, StorageError when its bytes are damaged.
    """
    quarantine.require_intact(settings, refused)
    if accept and not refused.acceptable:
        raise UsageError(
            f"{refused.id}: {refused.reason} Nothing in it can be accepted: mend it and land it again, or "
            f"`python cli.py quarantine discard {refused.id}`."
        )
    if refused.effects and not accept:  # its bytes don't show it again
        return [Outcome(refused.file_name, "quarantined", reason=refused.reason, quarantine_id=refused.id)]
    given = datetime.fromisoformat(refused.extracted_at) if refused.extracted_at else None
    request = Request(refused.source, account or refused.account, given, accept, look, dates=dates or refused.dates)
    moments = [given]
    if refused.withdrawn:
        request = replace(request, only=(refused.withdrawn["table"], refused.withdrawn["account"]))
        moments += [] if look else [datetime.fromisoformat(one) for one in refused.withdrawn["seen_again"]]
    outcomes = [
        outcome
        for moment in moments
        for outcome in land_file(settings, landing, refused.export(settings), True, replace(request, extracted_at=moment))
    ]
    if look:
        return [replace(one, effects=(*refused.effects, *one.effects)) for one in outcomes]
    if not any(one.status in ("quarantined", "failed", "staged") for one in outcomes):
        quarantine.discard(settings, refused)
    return outcomes


def parse_again(original: Path, entry: Entry) -> list[Part]:
    """Return the parts of a stored original, read under the name it came with."""
    folder, _, name = entry.file_name.rpartition("/")
    found = recognise(Export(original, name, folder, entry.zip_time, entry.date_order), None)
    return found[1] if found else []


def require_source(source: str | None) -> None:
    """Raise UsageError for a source that there is not."""
    if source and source not in SOURCES:
        raise no_such_source(source, source, SOURCES)
