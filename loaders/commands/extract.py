"""Extracting: every feed of every account on its own, landed as it comes; one failing source stops no other."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Generator, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from common import logs
from common.errors import LoaderError, NothingSetUpError, PersonNeededError, StorageError, UnavailableError, UsageError
from common.failures import mendable
from common.locks import account_key, hold_lock
from common.printing import is_or_are
from common.private_files import private_folder
from common.run_records import read_records, recorded
from common.secrets import strike, strike_bytes
from common.settings import Settings, settings, utc_now
from loaders.commands import inbox
from loaders.commands.intake import Outcome, Request, land_file
from loaders.commands.land import refuse_demo_data
from loaders.commands.outcomes import INBOX, Result, Tell, exit_code_of, lacking, shown, summary
from loaders.fetching.context import Pull
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.retries import Patience
from loaders.fetching.sessions import session_for
from loaders.landing.exports import Export
from loaders.landing.extracts import Landing
from loaders.registry import SOURCES, no_such_source
from loaders.source import Source

ALL = "all"
STRIKE_LIMIT_BYTES = 64 << 20
THROTTLE_MEMORY = timedelta(days=2)
if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    Told = Queue[tuple[str, Any]]  # what workers say: its kind, and what is said


def extract(source: str, account: str | None, since: date | None, headed: bool) -> int:
    """Fetch one source, or all that are set up; return the exit code.

    Raises UsageError for a source that can't be fetched or is not set up, and where nothing is.
    """
    config = settings()
    logs.configure(config.debug)
    refuse_demo_data(config)
    names = every_source() if source == ALL else [source]
    require_extractable(source)
    if source == ALL and account:
        raise UsageError("extract all: --account needs one source. Name it: `python cli.py extract SOURCE --account A`.")
    with recorded(config, "extract", source=source, account=account, since=since) as record:
        with shown(source == ALL) as tell:
            if source == ALL:
                results = side_by_side(config, names, since, headed, tell)
            else:
                results = list(extract_source(config, source, account, since, headed, tell))
        record["sources"] = [asdict(one) for one in results]
        code = record["exit_code"] = exit_code_of(results, of_many=source == ALL)
        missing = [one for one in results if one.outcome == "not set up"]
        if source == INBOX and missing:
            print(f"The inbox is empty: {config.inbox_dir}")
        elif results and len(missing) == len(results):
            told = nothing_set_up() if source == ALL else f"not set up: {' '.join(lacking(missing))}"
            raise NothingSetUpError(f"extract {source}: {told}")
        if source == ALL:
            print(*summary(sorted(results, key=lambda one: names.index(one.source))), sep="\n")
    return code


def every_source() -> list[str]:
    """The sources that can be fetched, and the inbox."""
    return [name for name, declared in SOURCES.items() if declared.feeds] + [INBOX]


def require_extractable(source: str) -> None:
    """Raise UsageError for a source that there is not, or that comes by file alone."""
    if source in (ALL, *every_source()):
        return
    if source in SOURCES:
        raise UsageError(
            f"extract {source}: it comes by file. Put its exports into inbox/, or `python cli.py land {source} PATH`."
        )
    raise no_such_source(f"extract {source}", source, [ALL, *every_source()])


def nothing_set_up() -> str:
    """What to do where no source is set up."""
    return (
        "no source is set up and the inbox is empty. Log in to one (`python cli.py login spotify`), put an API's "
        "credentials into .env (see .env.example), or drop exports into inbox/ in the data folder."
    )


# ------------------------------------------------------------------ one source


def extract_source(
    config: Settings, source: str, account: str | None, since: date | None, headed: bool, tell: Tell
) -> Iterator[Result]:
    """Fetch every feed of a source's accounts, one after the other; yield what became of each."""
    if source == INBOX:
        yield from from_inbox(config, tell)
        return
    declared = SOURCES[source]
    told_to_wait: dict[str, UnavailableError] = {}
    patience = Patience(config, source)
    for one in declared.accounts_to_fetch(config, account):
        for via in ("browser", "api"):
            feeds = [feed for feed in declared.feeds if feed.via == via]
            if feeds:
                yield from extract_account(config, declared, one, feeds, since, headed, tell, told_to_wait, patience)


def extract_account(
    config: Settings, declared: Source, account: str, feeds: list[Feed], since: date | None, headed: bool, tell: Tell,
    told_to_wait: dict[str, UnavailableError], patience: Patience,
) -> Iterator[Result]:  # fmt: skip
    """Fetch an account's feeds of one kind. A login that is lost ends the others that need it.

    told_to_wait: feeds whose limits are the source's, and that were told, for some account, to wait for long.
    patience: the source's time for failing calls and waits, over all of its accounts.
    """
    stopped: dict[tuple[str, ...], LoaderError] = {}
    with Landing(config) as landing, Pull(config, declared, account, landing, since, headed, patience=patience) as pull:
        for feed in feeds:
            result = Result(declared.name, account, feed.name, started_at=utc_now().isoformat())
            why = not_set_up(config, declared, account, feed)
            if why:
                result.outcome, result.error = "not set up", why
            else:
                tell("fetching", result)
                try:
                    if feed.needs in stopped or feed.name in told_to_wait:
                        raise stopped.get(feed.needs) or told_to_wait[feed.name]
                    patience.require_time(feed.name)
                    refuse_too_early(config, result, feed)
                    with alone(config, declared.name, account):
                        fetch_feed(pull, feed, result, tell)
                except Exception as error:
                    failed(result, error)
                    if isinstance(error, PersonNeededError):
                        stopped[feed.needs] = error
                    if isinstance(error, UnavailableError) and error.not_before and feed.limits == "source":
                        told_to_wait[feed.name] = error
            result.ended_at = utc_now().isoformat()
            tell("result", result)
            yield result


@contextlib.contextmanager
def alone(config: Settings, source: str, account: str) -> Iterator[None]:
    """Hold the lock that lets one run at a time ask a platform for an account.

    Raises BusyError while another run holds it.
    """
    path = config.locks_dir / f"extract.{source}.{account_key(account)}.lock"
    busy = f"{source} {account}: another run is fetching it. Try again when that run has ended."
    with hold_lock(path, config.lock_wait_seconds, busy):
        yield


def fetch_feed(pull: Pull, feed: Feed, result: Result, tell: Tell) -> None:
    """Fetch one feed, landing each answer as it comes."""
    statuses = set()
    with contextlib.closing(received_of(pull, feed)) as answers:
        for received in answers:
            for outcome in land_received(pull, received):
                statuses.add(outcome.status)
                add(result, outcome)
                tell("landed", result)
    result.outcome = next((one for one in ("failed", "quarantined", "landed") if one in statuses), "unchanged")


def received_of(pull: Pull, feed: Feed) -> Generator[Received]:
    """Yield what a feed fetches.

    Raises UnavailableError where an answer lacks what leads on from it: whole, but not as the platform answers.
    """
    try:
        yield from feed.fetch(pull)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        pull.patience.log.debug("unexpected", feed=feed.name, exc_info=True)
        raise UnavailableError(
            f"{pull.source}: {feed.name}: an answer holds something else than expected ({error!r}). Try again later; "
            "if it stays so, the platform has changed its answers."
        ) from error


def land_received(pull: Pull, received: Received) -> Iterator[Outcome]:
    """Land one answer as a file of its name; secrets that it repeats are struck out before anything is kept."""
    with private_folder(pull.settings) as folder:
        path = folder / f"received{Path(received.name).suffix[:9]}"
        if isinstance(received.content, bytes):
            path.write_bytes(strike_bytes(received.content))
        else:
            path = received.content
            is_small = path.stat().st_size <= STRIKE_LIMIT_BYTES
            if is_small and Export(path, received.name).kind in ("text", "json", "html"):
                path.write_bytes(strike_bytes(path.read_bytes()))
        export = Export(path, strike(received.name), received.folder)
        request = Request(pull.source, received.account, pull.moment)
        yield from land_file(pull.settings, pull.landing, export, True, request)


def add(result: Result, outcome: Outcome) -> None:
    """Add what became of one answer to its feed's result."""
    result.rows += outcome.rows
    result.warnings = list(dict.fromkeys((*result.warnings, *map(strike, outcome.warnings))))
    days = [day for day in (result.first_day, outcome.first_day and str(outcome.first_day)) if day]
    result.first_day = min(days, default=None)
    days = [day for day in (result.last_day, outcome.last_day and str(outcome.last_day)) if day]
    result.last_day = max(days, default=None)
    if outcome.status == "failed":
        result.exit_code, result.error = outcome.exit_code, strike(outcome.reason)
    elif outcome.status == "quarantined" and result.exit_code != StorageError.exit_code:
        result.exit_code, result.error = 6, f"{strike(outcome.reason)} [{outcome.quarantine_id}]"


def failed(result: Result, error: Exception) -> None:
    """Note why a feed failed; a bug is named with where it is, and stops no other feed."""
    mended = mendable(error)
    result.outcome = "failed"
    if mended:
        result.exit_code, result.error = mended.exit_code, strike(" ".join(str(mended).split()))
        moment = getattr(mended, "not_before", None)
        result.not_before = moment.isoformat() if moment else None
    else:
        import traceback

        result.exit_code = 1
        result.error = f"a bug: {strike(repr(error))}"
        print(strike("".join(traceback.format_exception(error))), file=sys.stderr)


def not_set_up(config: Settings, declared: Source, account: str, feed: Feed) -> str | None:
    """Say what a feed lacks before it can be fetched; None where it is set up."""
    missing = [name for name in feed.needs if not config.value(name)]
    if missing:
        return f"{declared.name}: {feed.name}: {', '.join(missing)} {is_or_are(len(missing))} missing in .env; see .env.example."
    if feed.via == "api":
        return None
    portal = declared.portal
    assert portal, "a feed through the browser has pages"
    session = session_for(config, declared.name, portal, account)
    has_password = portal.password_from and config.value(portal.email_from) and config.value(portal.password_from)
    if session.state or has_password:
        return None
    named = "" if session.account == "main" else f" --account {session.account}"
    return f"{declared.name}: nobody is logged in. Run `python cli.py login {declared.name}{named}` once."


def nothing_of(config: Settings, source: str) -> list[Result]:
    """Return the results of a source of which nothing is set up; an empty list for any other."""
    if source == INBOX:
        return []
    declared = SOURCES[source]
    feeds = [(account, feed) for account in declared.accounts_to_fetch(config) for feed in declared.feeds]
    results = [Result(source, account, feed.name, "not set up") for account, feed in feeds]
    for result, (account, feed) in zip(results, feeds, strict=True):
        result.error = not_set_up(config, declared, account, feed)
    return results if all(one.error for one in results) else []


def refuse_too_early(config: Settings, result: Result, feed: Feed) -> None:
    """Raise UnavailableError where the platform asked, in an earlier run, not to be asked again before a time still to come."""
    alike = ("source", "feed", *(["account"] if feed.limits == "account" else []))
    for record in read_records(config, "extract", since=utc_now() - THROTTLE_MEMORY):
        last = [one for one in record.get("sources", []) if all(one.get(name) == getattr(result, name) for name in alike)]
        moment = max((datetime.fromisoformat(one["not_before"]) for one in last if one.get("not_before")), default=None)
        if moment and moment > utc_now():
            raise UnavailableError(
                f"{result.source}: {result.feed}: asked to wait until {moment:%Y-%m-%d %H:%M} UTC; "
                "nothing was asked now. Run it again after that.",
                not_before=moment,
            )
        if last:
            return


def from_inbox(config: Settings, tell: Tell) -> Iterator[Result]:
    """Land what lies in the inbox."""
    result = Result(INBOX, "main", "files", started_at=utc_now().isoformat())
    tell("fetching", result)
    statuses = set()
    try:
        for outcome in inbox.land_inbox(config):
            statuses.add(outcome.status)
            add(result, outcome)
            tell("file", outcome)
        result.outcome = next((one for one in ("failed", "quarantined", "landed") if one in statuses), "unchanged")
        if not statuses:
            result.outcome, result.error = "not set up", "inbox: empty."
    except Exception as error:
        failed(result, error)
        tell("file", Outcome(INBOX, "failed", reason=result.error or ""))
    result.ended_at = utc_now().isoformat()
    tell("result", result)
    yield result


# ------------------------------------------------------------------ all sources


def side_by_side(config: Settings, names: list[str], since: date | None, headed: bool, tell: Tell) -> list[Result]:
    """Fetch several sources at once, each in a process of its own, so that none can take another with it."""
    context = multiprocessing.get_context("spawn")
    queue: Told = context.Queue()
    results = [one for name in names for one in nothing_of(config, name)]
    waiting = [name for name in names if name not in {one.source for one in results}]
    running: dict[str, SpawnProcess] = {}
    try:
        while waiting or running:
            while waiting and len(running) < config.parallel:
                name = waiting.pop(0)
                running[name] = context.Process(target=work, args=(queue, config, name, since, headed), name=f"extract-{name}")
                running[name].start()
            results += [one for one in heard(queue, tell) if one]
            for name, process in list(running.items()):
                if process.exitcode is not None:
                    results += [one for one in heard(queue, tell) if one]
                    process.join()
                    del running[name]
                    if process.exitcode:
                        lost = Result(name, "main", "", "failed", exit_code=1, error=f"{name}: ended early ({process.exitcode}).")
                        tell("result", lost)
                        results.append(lost)
    finally:
        for process in running.values():
            process.terminate()
            process.join(10)
    return results


def heard(queue: Told, tell: Tell) -> Iterator[Result | None]:
    """Pass on what the workers say; yield the results among it."""
    with contextlib.suppress(Empty):
        while True:
            kind, told = queue.get(timeout=0.1)
            tell(kind, told)
            yield told if kind == "result" else None


def work(queue: Told, config: Settings, source: str, since: date | None, headed: bool) -> None:
    """Fetch one source in this process, telling the queue. Ctrl-C is for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure(config.debug)
    for _ in extract_source(config, source, None, since, headed, lambda kind, told: queue.put((kind, told))):
        pass
    queue.close()
    queue.join_thread()


def parse_day(text: str | None) -> date | None:
    """Return the day that `--since` names.

    Raises UsageError when it is none, or still to come.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--since {text!r}: no day. Write it like 2026-01-31.") from error
    if day > settings().today:
        raise UsageError(f"--since {text}: a day to come.")
    return day
