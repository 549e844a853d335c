"""From paths to landed extracts: recognise each file, read it, land all of it or quarantine it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from common.errors import ChangingError, EmptyExportError, FileError, LoaderError, SourceFormatError, UsageError
from common.failures import mendable
from common.private_files import private_folder
from common.settings import Settings, utc_now
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
CLOCK_TOLERANCE = timedelta(minutes=5)
CLOCK_AHEAD = timedelta(days=1)  # as far apart as time zones are


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
    """What became of one file: `landed`, `unchanged`, `ignored`, `quarantined`; `failed` where it could not be read,
    `waiting` where it stays in the inbox, as it is not whole; `staged` where it was only looked at.

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


def land_file(settings: Settings, landing: Landing, export: Export, named: bool, request: Request) -> Iterator[Outcome]:
    """Land one file, or every member of a zip, from a copy of our own; yield what became of each."""
    try:
        if not named and (outcome := foreign(export, head_of(export, HEAD_BYTES))):
            yield outcome
            return
        with received(settings, export) as copy:
            if copy.kind == "zip":
                yield from land_zip(settings, landing, copy, named, request, depth=1)
            else:
                yield land_or_refuse(settings, landing, copy, named, request)
    except (FileError, ChangingError) as error:
        yield failed(export, error)


def land_zip(
    settings: Settings, landing: Landing, export: Export, named: bool, request: Request, depth: int
) -> Iterator[Outcome]:
    """Land the members of a zip as the files of a folder named like the zip; refuse it whole when it is unsafe or damaged."""
    with private_folder(settings) as unpacked:
        try:
            members = list(zip_members(export.path, export.name, unpacked))
            if not members:
                raise SourceFormatError(f"{export.file_name}: a zip without files. Download it again.")
        except SourceFormatError as error:
            yield refuse(settings, export, error, request)
            return
        for member in members:
            if outcome := foreign(member, member.head):
                yield outcome
            elif member.kind != "zip":
                yield land_or_refuse(settings, landing, member, named and len(members) == 1, request)
            elif depth < ZIP_DEPTH:
                yield from land_zip(settings, landing, member, named, request, depth + 1)
            else:
                yield Outcome(member.file_name, "ignored", reason="a zip in a zip in a zip", unknown=True)


def land_or_refuse(settings: Settings, landing: Landing, export: Export, named: bool, request: Request) -> Outcome:
    """Land one file whole, or quarantine it; whatever is wrong with it, the next file's turn comes."""
    try:
        outcome = land_export(settings, landing, export, named, request)
        if outcome.status in ("landed", "unchanged") and not request.only:
            settled = quarantine.settle(settings, export, request.account)
            return replace(outcome, settled=settled)
        return outcome
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
        landing.renew()


def foreign(export: Export, head: bytes) -> Outcome | None:
    """Return the outcome of a file that no source exports, such as a picture, a PDF or endless JSON; None for any other."""
    kind = foreign_kind(head)
    if not kind and head.lstrip().startswith((b"{", b"[", b"<")) and export.size > DOCUMENT_LIMIT_BYTES:
        kind = f"{export.size:,} bytes, too large for a page or an answer"
    return Outcome(export.file_name, "ignored", reason=f"{kind}; not an export", unknown=True) if kind else None


def failed(export: Export, error: LoaderError) -> Outcome:
    """Return the outcome of a file that could not be read, or that met damage in landing; it stays where it is."""
    return Outcome(export.file_name, "failed", reason=str(error), exit_code=error.exit_code)


def land_export(settings: Settings, landing: Landing, export: Export, named: bool, request: Request) -> Outcome:
    """Land one file whole; ignore one without rows where a small account's export may have none.

    Raises SourceFormatError when it is refused, FileError where what landed before it is damaged.
    """
    try:
        return land_whole(settings, landing, export, named, request)
    except EmptyExportError as error:
        return Outcome(export.file_name, "ignored", reason=str(error))


def land_whole(settings: Settings, landing: Landing, export: Export, named: bool, request: Request) -> Outcome:
    """Land every part of one file, or none.

    Raises SourceFormatError when it is refused (EmptyExportError: a header alone), FileError where what landed before it
    is damaged.
    """
    export = replace(export, dates=request.dates)
    found = recognise(export, request.source)
    if not found:
        if named or request.source:
            raise unrecognised(export, request.source)
        return Outcome(export.file_name, "ignored", reason="not an export of a known source", unknown=True)
    declared, parts = found
    if not parts:
        return Outcome(export.file_name, "ignored", reason="nothing of use in it; not kept")
    with contextlib.ExitStack() as stack:
        stack.callback(landing.release)
        warning = ""
        if any(part.table.private for part in parts):
            warning = origin_of(settings, export, stack).warning
            kept = stack.enter_context(private_folder(settings)) / f"kept{export.path.suffix}"
            kept.write_bytes(declared.cut(export))
            export = replace(export, path=kept)
            parts = read_by(declared, export)
        origin = origin_of(settings, export, stack)
        origin = replace(origin, warning=origin.warning or warning)
        parts = [on_path(part, export) for part in parts]
        keyed = [(part, account_of(settings, declared, part, request, export.file_name)) for part in parts]
        keyed = [(part, account) for part, account in keyed if request.only in (None, (part.table.label, account))]
        stack.enter_context(files_shared(settings))
        stack.enter_context(account_locks(settings, {(part.table, account) for part, account in keyed}))
        staged = [
            landing.stage(part, origin, account, moment_of(settings, export, part, request), request.accept)
            for part, account in keyed
        ]
        effects = tuple(line for one in staged for line in one.effects)
        if request.look:
            return Outcome(export.file_name, "staged", effects=effects)
        store_original(settings, export.path, export.path.suffix or Path(export.name).suffix, origin.sha256)
        rows = 0
        for one in staged:
            rows += one.entry.rows if landing.commit(one) else 0
    labels = tuple(dict.fromkeys(part.table.label for part in parts))
    status = "landed" if any(not one.unchanged for one in staged) else "unchanged"
    days = [day for one in staged for day in (one.entry.covers_from, one.entry.covers_to) if day]
    warnings = (*warnings_of(parts, origin), *clock_warnings(staged), *dict.fromkeys(notes_of(staged)))
    return Outcome(
        export.file_name, status, rows, labels, warnings=warnings,
        first_day=min(days, default=None), last_day=max(days, default=None), effects=effects,
    )  # fmt: skip


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
    declared, parts = recognise(export, table.source) or (None, [])
    for part in parts:
        if part.table is table:
            with contextlib.suppress(SourceFormatError):
                if account_of(settings, declared, part, Request(), export.file_name) == account:
                    return None
    limits = [f"/{part.limited_to}" for part in parts if part.table is table and part.limited_to]
    return next((account.removesuffix(limit) for limit in limits if account.endswith(limit)), account)


def moment_of(settings: Settings, export: Export, part: Part, request: Request) -> datetime | None:
    """Return when the platform gave a file, as far as anything but its days says it."""
    if request.extracted_at:
        return request.extracted_at
    if part.table.own_file:
        return None
    if part.extracted_at:
        return part.extracted_at
    stated = stamp_in(export.name, settings.zone) or stamp_in(export.folder, settings.zone)
    if stated:
        return stated
    return to_utc(export.zip_time, settings.zone) if export.zip_time else None


def warnings_of(parts: list[Part], origin: Origin) -> tuple[str, ...]:
    """Return what landed but was not expected: further columns, another encoding."""
    found = [origin.warning] if origin.warning else []
    for part in parts:
        names = part.rows.columns
        known = {name.casefold() for name in part.table.header}
        extra = [name for name in names if name.strip().casefold() not in known]
        if extra and not part.table.any_columns:
            found.append(f"further columns in {part.table.label}: {', '.join(extra)}")
    return tuple(dict.fromkeys(found))


def clock_warnings(staged: list[Staged]) -> Iterator[str]:
    """Yield what shows that this computer's clock is wrong: extracts that landed later than now, a file from the future."""
    for one in staged:
        now, label = one.entry.landed_at, one.part.table.label
        last = max((entry.landed_at for entry in one.place.timeline), default=now)
        if last > now + CLOCK_TOLERANCE:
            yield (
                f"the clock was set back: it says {minute(now)}, but {label} landed at {minute(last)} before. This file ranks "
                f"as of {minute(one.entry.extracted_at)}: set the clock, and land it with --extracted-at if that is wrong"
            )
        elif one.stated_at and one.stated_at > now + CLOCK_AHEAD:
            yield (
                f"its time stamp {minute(one.stated_at)} is later than this computer's clock, {minute(now)}: "
                "it ranks as of now. Check the clock"
            )


def notes_of(staged: list[Staged]) -> Iterator[str]:
    """Yield what a person should know of an extract's place in time, of its dates and of its end."""
    for one in staged:
        yield from (f"{one.part.table.label} {note}" for note in one.place.notes)
        if one.part.note and not one.unchanged:
            yield one.part.note
        if one.entry.rows == one.part.table.most_rows:
            yield cut_off(one.part.table)


def cut_off(table: Table) -> str:
    """Return what to say of a file that has as many rows as an export of its table can have."""
    return (
        f"has {table.most_rows:,} rows, the most that one export holds: is that all? Export it in parts (by store or month), "
        f"and land them with `python cli.py land {table.source} --as-one FILE...`"
    )


def minute(moment: datetime) -> str:
    """Return a moment as a person reads it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


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
