"""Meta Ads through the Marketing API: the account, its campaigns, ad sets and ads, and their insights by day."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from common.errors import LoaderError, PersonNeededError, ThrottledError, TransientError, UnavailableError, UsageError
from loaders.fetching.feeds import Received
from loaders.fetching.http import Answer, Api, joined, origin_of
from loaders.fetching.retries import retry_after

if TYPE_CHECKING:
    from loaders.fetching.context import Pull
    from loaders.landing.tables import Table

NAME = "meta_ads"
HOST = "https://graph.facebook.com"
VERSION = "v25.0"
NEEDS = ("META_ACCESS_TOKEN", "META_AD_ACCOUNT_ID")
LIMITS = (500, 100, 25)  # rows a page: fewer where Meta can't answer with so many
REREAD_DAYS = 28
REACH_DAYS = 1122  # 37 months, in days that are never more
PIECE_DAYS = REREAD_DAYS + 2  # with the newest day that landed, and the one that came since
ANSWERED_AT_ONCE_DAYS = 7
JOB_TRIES = 3
JOB_LOOK_SECONDS = 15.0
USAGE_HEADERS = ("x-business-use-case-usage", "x-ad-account-usage", "x-fb-ads-insights-throttle", "x-app-usage")
PERCENTAGES = ("call_count", "total_cputime", "total_time", "acc_id_util_pct", "app_id_util_pct")
CALM_PERCENT = 75
DRAIN_SECONDS = 300  # in which a full score decays to nothing, where no header says
THROTTLES = {4, 17, 32, 613, *range(80000, 80100)}
TOO_MUCH = (100, 1487534)
NOT_THERE = (100, 33)
STATUSES = {
    "campaign": ("ACTIVE", "PAUSED", "ARCHIVED", "DELETED", "IN_PROCESS", "WITH_ISSUES"),
    "adset": ("ACTIVE", "PAUSED", "CAMPAIGN_PAUSED", "ARCHIVED", "DELETED", "IN_PROCESS", "WITH_ISSUES"),
    "ad": (
        "ACTIVE", "PAUSED", "ADSET_PAUSED", "CAMPAIGN_PAUSED", "ARCHIVED", "DELETED", "IN_PROCESS", "WITH_ISSUES",
        "DISAPPROVED", "PENDING_BILLING_INFO", "PENDING_REVIEW", "PREAPPROVED",
    ),
}  # fmt: skip
Fetch = Callable[["Pull"], Iterator[Received]]


class TooMuchError(UnavailableError):
    """Meta does not answer so much at once; less of it may come."""


class HeavyError(TransientError):
    """It failed on Meta's side: try again, then ask for less."""


# ------------------------------------------------------------------ feeds


def account(table: Table) -> Fetch:
    """Return what fetches the ad account: its currency and its zone, which amounts and days are in."""

    def fetch(pull: Pull) -> Iterator[Received]:
        answer = opened(pull).get(address(pull), {"fields": ",".join(table.columns)})
        yield received(pull, "account", answer.content)

    return fetch


def objects(table: Table, level: str) -> Fetch:
    """Return what fetches every campaign, ad set or ad of the account, archived and deleted ones too."""

    def fetch(pull: Pull) -> Iterator[Received]:
        api = opened(pull)
        fields = ",".join("creative{id}" if one == "creative" else one for one in table.columns)
        params = {"fields": fields, "filtering": of_any_status(level)}
        for limit in LIMITS:
            try:
                content = whole_list(pull, api, address(pull, table.name), params | {"limit": limit})
                break
            except TooMuchError:
                if limit == LIMITS[-1]:
                    raise
        yield received(pull, table.name, content)

    return fetch


def insights(table: Table) -> Fetch:
    """Return what fetches each ad's insights by day, oldest first, in pieces that land as they come."""

    def fetch(pull: Pull) -> Iterator[Received]:
        api = opened(pull)
        first, last = pull.window(table, REREAD_DAYS, REACH_DAYS)
        for since, until in pieces(first, last, whole=not pull.since):
            yield from of_days(pull, api, table, since, until)

    return fetch


def of_days(pull: Pull, api: Api, table: Table, first: date, last: date) -> Iterator[Received]:
    """Fetch the insights of a range of days; where that is too much, of its halves.

    Raises TooMuchError where one day is too much.
    """
    fields = [name for name in table.columns if name not in table.facts]
    params = {
        "level": "ad", "time_increment": 1, "fields": ",".join(fields), "filtering": of_any_status("ad"),
        "time_range": json.dumps({"since": str(first), "until": str(last)}), "use_unified_attribution_setting": "true",
    }  # fmt: skip
    try:
        if (last - first).days < ANSWERED_AT_ONCE_DAYS:
            content = whole_list(pull, api, address(pull, "insights"), params | {"limit": LIMITS[0]})
        else:
            content = report(pull, api, params)
    except TooMuchError:
        if first == last:
            raise
        middle = first + (last - first) // 2
        yield from of_days(pull, api, table, first, middle)
        yield from of_days(pull, api, table, middle + timedelta(days=1), last)
        return
    yield received(pull, f"insights_daily_{first:%Y%m%d}_{last:%Y%m%d}", content)


def pieces(first: date, last: date, whole: bool) -> list[tuple[date, date]]:
    """Cut a window into pieces, oldest first, counted back from its end, so that a second run asks for the last again.

    whole: the last piece may begin before the window.
    """
    found: list[tuple[date, date]] = []
    while not found or last >= first:
        since = last - timedelta(days=PIECE_DAYS - 1)
        found.insert(0, (since if whole and not found else max(since, first), last))
        last = since - timedelta(days=1)
    return found


# ------------------------------------------------------------------ asking


def opened(pull: Pull) -> Api:
    """The API, with the token in the header of each call and in no address."""
    headers = {"Authorization": f"Bearer {pull.secret('META_ACCESS_TOKEN')}"}
    return pull.api(authorize=lambda renew: headers, judge=judge, pace=pace)


def address(pull: Pull, edge: str = "", node: str = "") -> str:
    """The address of a node (the ad account's, where none is named), or of one of its edges.

    Raises UsageError for an account or a META_API_VERSION that is none.
    """
    if not re.fullmatch(r"[0-9A-Za-z_]+", pull.account):
        raise UsageError(f"{NAME}: {pull.account!r} is no ad account. Write it like act_000000000000000.")
    version = (pull.value("META_API_VERSION") or VERSION).lower().removeprefix("v")
    if not re.fullmatch(r"[0-9]{1,3}([.][0-9])?", version):
        raise UsageError(f"{NAME}: META_API_VERSION: {version!r} is no version. Write it like {VERSION}.")
    whole = version if "." in version else f"{version}.0"
    return "/".join(part for part in (f"v{whole}", node or pull.account, edge) if part)


def of_any_status(level: str) -> str:
    """The filter that keeps what was archived or deleted, which Meta leaves out otherwise, with its spend."""
    return json.dumps([{"field": f"{level}.effective_status", "operator": "IN", "value": STATUSES[level]}])


def received(pull: Pull, name: str, content: bytes) -> Received:
    """An answer under the name that it has in a dump."""
    return Received(f"{name}.json", content, pull.account, f"meta_ads_dump_{pull.stamp}")


def whole_list(pull: Pull, api: Api, path: str, params: dict[str, Any]) -> bytes:
    """Return every page of a list, joined as received.

    Raises TooMuchError where it fails on Meta's side for good, UnavailableError for rows of another ad account.
    """
    bodies = []
    with smaller_may_do():
        for answer in api.pages(path, params, lambda one: next_page(api, one)):
            stated = {str(row["account_id"]) for row in rows_of(answer) if row.get("account_id")}
            others = {one.removeprefix("act_") for one in stated} - {pull.account.removeprefix("act_")}
            if others:
                raise UnavailableError(f"{NAME}: {answer.path}: rows of another ad account ({', '.join(sorted(others))}).")
            bodies.append(answer.content)
    return joined(bodies)


def report(pull: Pull, api: Api, params: dict[str, Any]) -> bytes:
    """Return every page of a report that Meta makes aside, once it is done.

    Raises TooMuchError where Meta gives it up, UnavailableError where it is not done in time.
    """
    for _ in range(JOB_TRIES):
        with smaller_may_do():
            run = str(object_in(api.post(address(pull, "insights"), params)).get("report_run_id"))
            if not re.fullmatch(r"[0-9A-Za-z_]+", run) or run == "None":
                raise UnavailableError(f"{NAME}: insights: a report without a number. Try again later.")
            if is_done(pull, api, run):
                return whole_list(pull, api, address(pull, "insights", run), {"limit": LIMITS[0]})
    raise TooMuchError(f"{NAME}: insights: Meta gave the report up {JOB_TRIES} times. Try again later.")


def is_done(pull: Pull, api: Api, run: str) -> bool:
    """Wait for a report; return whether it was made, or given up.

    Raises UnavailableError where it is neither after as long as a platform may let us wait.
    """
    look, until = pull.settings.retry_seconds, time.monotonic() + pull.settings.throttle_seconds
    status = None
    while time.monotonic() + look < until:
        time.sleep(look)
        state = object_in(api.get(address(pull, node=run)))
        status = state.get("async_status")
        if status in ("Job Failed", "Job Skipped"):
            return False
        if status == "Job Completed" and str(state.get("async_percent_completion")) == "100":
            return True
        look = min(look * 1.5, JOB_LOOK_SECONDS)
    raise UnavailableError(f"{NAME}: insights: report {run} is still not made ({status}). Try again later.")


@contextlib.contextmanager
def smaller_may_do() -> Iterator[None]:
    """Turn what failed on Meta's side at every try into TooMuchError."""
    try:
        yield
    except UnavailableError as error:
        if isinstance(error.__cause__, HeavyError):
            raise TooMuchError(str(error)) from error
        raise


# ------------------------------------------------------------------ answers


def object_in(answer: Answer) -> dict[str, Any]:
    """The object that an answer is.

    Raises UnavailableError where it is something else.
    """
    if isinstance(answer.document, dict):
        return answer.document
    raise UnavailableError(f"{NAME}: {answer.path}: answered with something else than an object. Try again later.")


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """The rows of a page, as far as it has any."""
    rows = object_in(answer).get("data")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def next_page(api: Api, answer: Answer) -> dict[str, Any] | None:
    """Return what asks for the next page; None after the last. The address of the next page is never called.

    Raises UnavailableError where it is another host's, or has no cursor.
    """
    stated = object_in(answer).get("paging")
    paging: dict[str, Any] = stated if isinstance(stated, dict) else {}
    following = str(paging.get("next") or "")
    if not following:
        return None
    try:
        origin = origin_of(following)
    except ValueError:
        origin = ""
    if origin not in api.hosts | {HOST}:
        raise UnavailableError(
            f"{NAME}: {answer.path}: the next page is on another host ({origin or 'none'}), not Meta's; stopped."
        )
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    after = after or parse_qs(urlsplit(following).query).get("after", [None])[0]
    if not isinstance(after, str):
        raise UnavailableError(f"{NAME}: {answer.path}: a next page without a cursor; stopped. Try again later.")
    return {"after": after}


def judge(answer: Answer) -> Exception | None:
    """Return the error that an answer is, by the code in its body; None where its status alone decides."""
    try:
        error = answer.document.get("error") if isinstance(answer.document, dict) else None
    except (ValueError, RecursionError):
        error = None
    if not isinstance(error, dict):
        is_down = answer.status >= 500 and "retry-after" not in answer.headers
        return HeavyError(f"answered with {answer.status}") if is_down else None
    code, subcode = (error.get(name) if isinstance(error.get(name), int) else None for name in ("code", "error_subcode"))
    if code in THROTTLES or answer.status == 429:
        return ThrottledError(asked_to_wait(answer))
    if (code, subcode) != TOO_MUCH and (code in (1, 2) or answer.status >= 500):
        return HeavyError(f"answered with an error (code {code})")
    problem = refusal(answer, code, subcode)
    if problem:
        return problem
    if error.get("is_transient") is True:
        return TransientError(f"answered with a passing error (code {code})")
    return UnavailableError(f"{NAME}: {answer.path}: refused ({stated(answer, code, subcode)}).")


def refusal(answer: Answer, code: int | None, subcode: int | None) -> LoaderError | None:
    """Return the error that a code means which no other try mends; None for any other code."""
    what, why = f"{NAME}: {answer.path}", stated(answer, code, subcode)
    if (code, subcode) == TOO_MUCH:
        return TooMuchError(f"{what}: too much data for one call ({why}).")
    if code == 190:
        return PersonNeededError(f"{what}: the access token is not accepted ({why}). Make a new one, for META_ACCESS_TOKEN.")
    if code is not None and (code == 10 or 200 <= code <= 299):
        return PersonNeededError(f"{what}: not allowed ({why}). Give the token's user ads_read and this ad account.")
    if (code, subcode) == NOT_THERE:
        return PersonNeededError(f"{what}: not there for this token ({why}). Check META_AD_ACCOUNT_ID and who may see it.")
    if code == 2635 or ("version" in why.lower() and "unsupported" in why.lower()):
        return UsageError(f"{what}: this version of the API is retired ({why}). Raise META_API_VERSION in .env.")
    return None


def stated(answer: Answer, code: int | None, subcode: int | None) -> str:
    """What an error says, with its code."""
    return f"code {code}{f'/{subcode}' if subcode else ''}: {answer.said or 'no message'}"


# ------------------------------------------------------------------ rate limits


def pace(answer: Answer) -> float | None:
    """Return the seconds in which the fullest limit drains to what leaves room for others; None below that."""
    waits = [0.0]
    for limit in limits(answer):
        fullest = max((number_in(limit, name) for name in PERCENTAGES), default=0.0)
        if fullest > CALM_PERCENT:
            drain = number_in(limit, "reset_time_duration") or DRAIN_SECONDS
            blocked = number_in(limit, "estimated_time_to_regain_access") * 60
            waits.append(max(blocked, drain * (fullest - CALM_PERCENT) / 100))
    return max(waits) or None


def asked_to_wait(answer: Answer) -> float | None:
    """Return the seconds that the headers of a throttled answer ask for; None where none does."""
    waits = [retry_after(answer.headers) or 0.0]
    for limit in limits(answer):
        waits += [number_in(limit, "estimated_time_to_regain_access") * 60, number_in(limit, "reset_time_duration")]
    return max(waits) or None


def limits(answer: Answer) -> Iterator[dict[str, Any]]:
    """The limits that an answer's headers tell of, each an object with percentages and times."""
    for name in USAGE_HEADERS:
        with contextlib.suppress(ValueError, RecursionError):
            yield from objects_in(json.loads(answer.headers.get(name, "{}")))


def objects_in(found: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document, itself included."""
    if isinstance(found, dict):
        yield found
    for one in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from objects_in(one)


def number_in(limit: dict[str, Any], name: str) -> float:
    """A number of a limit; 0 where there is none."""
    found = limit.get(name)
    return float(found) if isinstance(found, int | float) and 0 <= found < float("inf") else 0.0
