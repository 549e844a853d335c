"""Linktree: GraphQL answers of the analytics page, captured by hand or by the browser; only analytics are ever kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError, TransientError
from loaders.fetching.browser import Browser
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.portal import Captured, Portal
from loaders.fetching.sessions import login_needed
from loaders.landing.exports import Export, iso_date
from loaders.landing.extracts import Part
from loaders.landing.records import records_frame
from loaders.landing.tables import Replacement, Table
from loaders.source import Source

if TYPE_CHECKING:
    from loaders.fetching.context import Pull

NAME = "linktree"
FILE_NAMES = (r"graphql_",)
HOSTS = {"": "https://linktr.ee"}
ANALYTICS_PAGE = "/admin/analytics"
DATE_PICKER = ("input.input-datepicker-2", "input[class*='datepicker']")
RANGES = ("last-365-days", "last-180-days", "last-90-days", "last-60-days", "last-30-days", "last-28-days", "last-7-days")
DAILY = ("button:text-is('Daily')", "label:text-is('Daily')", "[role=tab]:text-is('Daily')", "[role=radio]:text-is('Daily')")
GRAPHQL = "graphql"
OF_ANALYTICS = re.compile(r"analytic|follower|\blink[0-9]", re.IGNORECASE)
PORTAL = Portal(
    home=ANALYTICS_PAGE,
    marker=", ".join((*DATE_PICKER, "a[href^='/admin']", "a[href^='https://linktr.ee/admin']")),
    domains=("linktr.ee", "linktree.com"),
    login_domains=("www.google.com", "www.gstatic.com", "www.recaptcha.net", "challenges.cloudflare.com"),
    email_field="#identifier",
    email_from="LINKTREE_USERNAME",
)

OVERVIEW_DAILY = Table(
    NAME, "overview_daily", "replace",
    required=("date", "totalViews", "totalClicks", "uniqueViews", "uniqueClicks", "clickThroughRate"),
    observed="date",
    replacement=Replacement(
        line=("date", "totalViews", "totalClicks"), measures=("totalViews",), counts=("totalClicks",), provisional_days=2
    ),
    daily_from=2, private=True,
)  # fmt: skip
SOCIALS_DAILY = Table(
    NAME, "socials_daily", "replace", ("date", "name", "views", "clicks"), observed="date",
    replacement=Replacement(
        line=("date", "name", "views", "clicks"), measures=("views",), counts=("clicks",), provisional_days=2
    ),
    daily_from=3, private=True,
)  # fmt: skip
SUBSCRIBERS_DAILY = Table(
    NAME, "subscribers_daily", "replace",
    required=("kind", "date", "subscribersTotal", "subscribersClicks", "dailyTotal"),
    observed="date", daily_from=3, private=True,
    replacement=Replacement(line=("kind", "date", "dailyTotal"), measures=("dailyTotal",), provisional_days=2),
)  # fmt: skip
_WINDOW = ("window_from", "window_to", "operationName", "variables")
LINKS = Table(NAME, "links", "snapshot", ("id", "clicks"), optional=_WINDOW, private=True)
LINK_TITLES = Table(NAME, "link_titles", "snapshot", ("id", "title", "active"), private=True)
AUDIENCE = Table(
    NAME, "audience", "snapshot",
    required=("part", "name", "countryCode", "views", "clicks", "clickThroughRate"), optional=_WINDOW, private=True,
)  # fmt: skip
TABLES = (OVERVIEW_DAILY, SOCIALS_DAILY, SUBSCRIBERS_DAILY, LINKS, LINK_TITLES, AUDIENCE)

OVERVIEW_KEYS = ("totalViews", "totalClicks", "clickThroughRate", "timeToClick", "clickThroughBenchmark")
ROOTS = ("getAccountAnalytics", "getFollowers")
Answered = tuple[dict[str, Any] | None, dict[str, Any], str | None]  # the body's data, the range asked for, the operation
STEP_NAME = re.compile(r"interval$", re.IGNORECASE)
COARSE = re.compile(r"^(week|month|quarter|year)(ly)?$", re.IGNORECASE)
SUBSCRIBERS = ("subscribers", "emailSubscribers", "smsSubscribers")
AUDIENCE_LISTS = (("locations", "countries"), ("locations", "cities"), ("referrers", "referrers"), ("devices", "devices"))
LISTS = (
    ("overview", "timeseries", OVERVIEW_DAILY.required),
    ("socials", "timeseries", SOCIALS_DAILY.required),
    ("socials", "socials", SOCIALS_DAILY.required),
    *(("subscribers", kind, SUBSCRIBERS_DAILY.required) for kind in SUBSCRIBERS),
    *((outer, inner, AUDIENCE.required) for outer, inner in AUDIENCE_LISTS),
)
RANGE_WORDS = {"date", "start", "end", "from", "to", "since", "until", "range", "period", "days", "interval", "timezone", "zone"}
RANGE_VALUE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?|[0-9]+|UTC|[A-Z]+(/[A-Z_+-]+)+"
    r"|((last|past|this|previous)[-_ ]?)?([0-9]{1,3}[-_ ]?)?(d|hour|day|week|month|quarter|year|hourly|daily|weekly|monthly)s?",
    re.IGNORECASE,
)


def year_of_analytics(pull: Pull) -> Iterator[Received]:
    """Fetch a year's analytics by day, or of the longest range that the plan offers.

    Of each kind of answer the one over the most days: the page asks for its default week first. Whatever else the page
    is told (addresses, payments) stays in memory and ends here.
    """
    browser, asked = pull.browser, 0

    def steps() -> None:
        nonlocal asked
        browser.open(ANALYTICS_PAGE, ", ".join(DATE_PICKER))
        browser.press("the date range", DATE_PICKER)
        asked = choose_longest(browser)
        browser.press("the choice Daily", DAILY)
        browser.settle()

    def once() -> list[dict[str, Any]]:
        captured = browser.captures("analytics", lambda url, _: GRAPHQL in url, steps, needed=is_needed)
        found = widest([answer for one in captured for answer in kept_of(one)])
        if not any(has_days(one, asked) for one in found):
            if any(b"UNAUTHENTICATED" in one.body for one in captured):
                browser.session.lost()
                raise login_needed(browser.session, "the session is lost")
            raise TransientError(f"no overview by day of the last {asked} days among the answers")
        return found

    for number, answer in enumerate(browser.tried("analytics", once)):
        yield Received(f"graphql_{pull.stamp}_{number:06d}.json", dumped(answer))


def has_days(answer: dict[str, Any], asked: int) -> bool:
    """Say whether an answer is an overview by day, over the days that were asked for where its request names any."""
    overview = answer["response"]["data"].get("getAccountAnalytics", {}).get("overview")
    if overview is None:
        return False
    days = sorted(day for one in overview.get("timeseries") or [] if (day := iso_date(str(one.get("date")))))
    gaps = [(after - before).days for before, after in pairwise(days)]
    window = window_of(answer["variables"], [])
    return min(gaps, default=1) <= 1 and (not window or abs((window[1] - window[0]).days + 1 - asked) <= 1)


def choose_longest(browser: Browser) -> int:
    """Choose the longest range that the plan offers; return its days.

    Raises UnavailableError when the page offers none.
    """
    labels = tuple(f"label[for='{one}']" for one in RANGES)
    browser.expect("a range of days", labels)
    for one, label in zip(RANGES, labels, strict=True):
        box = browser.page.locator(f"[id='{one}']").first
        if browser.page.locator(label).first.is_visible() and not (box.count() and box.is_disabled()):
            browser.press(f"the range {one}", (label,))
            return int(one.split("-")[1])
    raise browser.changed("no range of days can be chosen")


def is_needed(_: str, posted: str | None) -> bool:
    """Say whether what was posted asks for analytics; what the page asks for besides may fail."""
    return bool(OF_ANALYTICS.search(posted or ""))


def kept_of(captured: Captured) -> list[dict[str, Any]]:
    """Return what is kept of a captured answer, or of each in a batch, with its operation and range; often nothing."""
    try:
        posted = json.loads(captured.posted or "{}")
    except ValueError:
        posted = {}
    body = json.loads(captured.body)
    requests, answers = (one if isinstance(one, list) else [one] for one in (posted, body))
    pairs: Iterator[tuple[Any, Any]] = zip_longest(requests[: len(answers)], answers, fillvalue={})
    return [kept({"response": answer} | (request if isinstance(request, dict) else {})) for request, answer in pairs]


def widest(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return, of each kind of answer, the one over the most days, in no order that the page's haste decides."""
    best: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {}
    for answer in answers:
        analytics, titles = whitelisted(answer["response"]["data"])
        if not analytics and not titles:
            continue
        kind = json.dumps(sorted(analytics) if analytics else sorted(one["id"] for one in titles if one["id"] is not None))
        size = (days_asked(answer["variables"], analytics), len(json.dumps(analytics)))
        if kind not in best or size >= best[kind][0]:
            best[kind] = (size, answer)
    return [best[kind][1] for kind in sorted(best)]


def days_asked(variables: dict[str, Any], analytics: dict[str, Any]) -> int:
    """Return how many days an answer is over: by its request, else by its days."""
    texts = [str(value).replace("_", " ") for value in variables.values() if not iso_date(str(value)[:10])]
    numbers = [int(one) for text in texts for one in re.findall(r"\b[0-9]{1,3}\b", text)]
    window = window_of(variables, days_in(analytics))
    return (window[1] - window[0]).days + 1 if window else max(numbers, default=0)


def days_in(analytics: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every dated row of an answer."""
    return [one for outer, inner, _ in LISTS for one in (analytics.get(outer) or {}).get(inner) or [] if one.get("date")]


FEEDS = (Feed("analytics", year_of_analytics, "browser"),)


def read(export: Export) -> list[Part] | None:
    """Return the analytics of a captured answer, or of a batch; an empty list for nothing of use; None for anything else.

    Raises SourceFormatError where an answer says that its points are not days.
    """
    if export.kind != "json":
        return None
    answers = [found for one in documents_of(export) if (found := answer_of(one))[0] is not None]
    if not answers:
        return None
    refuse_steps(answers, export.file_name)
    sections, titles = sections_of(answers)
    overview, _ = sections.get("overview", ({}, {}))
    socials, _ = sections.get("socials", ({}, {}))
    subscribers, _ = sections.get("subscribers", ({}, {}))
    links, asked = sections.get("links", ([], {}))
    parts: list[Part] = []
    add(parts, OVERVIEW_DAILY, overview.get("timeseries"))
    add(parts, SOCIALS_DAILY, [counted(one) for one in socials.get("timeseries") or []])
    add(parts, SUBSCRIBERS_DAILY, [{"kind": kind, **one} for kind in SUBSCRIBERS for one in subscribers.get(kind) or []])
    add(parts, LINKS, [counted(one) | asked for one in links])
    audience = [
        {"part": inner, **counted(one), **asked}
        for outer, inner in AUDIENCE_LISTS
        for found, asked in [sections.get(outer, ({}, {}))]
        for one in found.get(inner) or []
    ]
    add(parts, AUDIENCE, audience)
    add(parts, LINK_TITLES, titles)
    return parts


def documents_of(export: Export) -> list[dict[str, Any]]:
    """Return the answers of a file: one, or those of a batch."""
    documents = export.document if isinstance(export.document, list) else [export.document]
    return [one for one in documents if isinstance(one, dict)]


def sections_of(answers: list[Answered]) -> tuple[dict[str, tuple[Any, dict[str, Any]]], list[dict[str, Any]]]:
    """Return each part of the analytics with what was asked for, of several the one over the most days, and the links' titles.

    An answer that names no range has that of the others, where they all have one.
    """
    found = [(*whitelisted(body or {}), variables, operation) for body, variables, operation in answers]
    windows = [window_of(variables, days_of_window(analytics)) for analytics, _, variables, _ in found]
    shared = {one for one in windows if one}
    best: dict[str, tuple[int, tuple[Any, dict[str, Any]]]] = {}
    titles: dict[str, dict[str, Any]] = {}
    for (analytics, named, variables, operation), own in zip(found, windows, strict=True):
        window = own or (next(iter(shared)) if len(shared) == 1 else None)
        asked = {
            "window_from": window and str(window[0]), "window_to": window and str(window[1]),
            "operationName": operation, "variables": variables or None,
        }  # fmt: skip
        size = days_asked(variables, analytics)
        for outer, section in analytics.items():
            if outer not in best or size >= best[outer][0]:
                best[outer] = (size, (section, asked))
        titles |= {json.dumps(one["id"]): one for one in named}
    return {outer: section for outer, (_, section) in best.items()}, list(titles.values())


def days_of_window(analytics: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the dated rows that say which days an answer's totals span: the overview's, else every part's."""
    return analytics.get("overview", {}).get("timeseries") or days_in(analytics)


def refuse_steps(answers: list[Answered], file_name: str) -> None:
    """Raise SourceFormatError where a request or an answer states weeks or months between its points."""
    for body, variables, _ in answers:
        stated = [value for name, value in variables.items() if STEP_NAME.search(name)]
        for root in ROOTS:
            sections = body.get(root) if body else None
            found = sections.values() if isinstance(sections, dict) else ()
            stated += [section.get("interval") for section in found if isinstance(section, dict)]
        coarse = next((one for one in stated if COARSE.search(str(one))), None)
        if coarse:
            raise SourceFormatError(f"{file_name}: its points are {coarse}, not days. Choose Daily, and save it again.")


def cut(export: Export) -> bytes:
    """Return the answers cut to analytics; only these are stored (docs/how-it-works.md, "Personal data")."""
    answers = [kept(one) for one in documents_of(export)]
    return dumped(answers if isinstance(export.document, list) else answers[0])


def kept(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document, bare or with its request, without anything but analytics and the range that was asked for."""
    body, variables, operation = answer_of(document)
    analytics, titles = whitelisted(body or {})
    data: dict[str, Any] = {"getAccountAnalytics": analytics} if analytics else {}
    data |= {f"link{one['id']}": one for one in titles}
    return {"operationName": operation, "variables": variables, "response": {"data": data}}


def dumped(document: dict[str, Any] | list[dict[str, Any]]) -> bytes:
    """Return a document as JSON on one line."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def answer_of(document: dict[str, Any]) -> Answered:
    """Return the body's data, the range that was asked for and the operation's name; the body alone may have been saved."""
    request = document if "response" in document else {}
    body = document.get("response", document)
    data = body.get("data") if isinstance(body, dict) else None
    operation = request.get("operationName")
    is_name = isinstance(operation, str) and re.fullmatch(r"\w+", operation)
    return (data if isinstance(data, dict) else None), range_of(request.get("variables")), operation if is_name else None


def range_of(variables: Any, path: str = "") -> dict[str, Any]:
    """Return what of a request's variables names a range of days, by its path; whatever else they hold stays out."""
    found: dict[str, Any] = {}
    for name, value in variables.items() if isinstance(variables, dict) else ():
        words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", f"{path}{name}")}
        if isinstance(value, dict):
            found |= range_of(value, f"{path}{name}.")
        elif words & RANGE_WORDS and isinstance(value, str | int) and RANGE_VALUE.fullmatch(str(value)):
            found[f"{path}{name}"] = value
    return found


def whitelisted(data: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the analytics and the link titles of an answer, known fields alone; nothing else of it is read."""
    analytics: dict[str, Any] = {}
    for root in ROOTS:
        found = data.get(root)
        if isinstance(found, dict):
            for outer, inner, fields in LISTS:
                rows = found[outer].get(inner) if isinstance(found.get(outer), dict) else None
                if isinstance(rows, list):
                    analytics.setdefault(outer, {})[inner] = [only(one, fields) for one in rows if isinstance(one, dict)]
            if isinstance(found.get("overview"), dict):
                analytics["overview"] = only(found["overview"], OVERVIEW_KEYS) | analytics.get("overview", {})
            if isinstance(found.get("links"), list):
                analytics["links"] = [only(one, ("id", "clicks")) for one in found["links"] if isinstance(one, dict)]
    titles = [
        {key: value.get(key) for key in ("id", "title", "active")}
        for name, value in data.items()
        if re.fullmatch(r"link[0-9]+", name) and isinstance(value, dict)
    ]
    return analytics, titles


def only(record: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Return these fields of a record; of a count with parts, its total."""
    return {
        name: {"total": record[name].get("total")} if isinstance(record[name], dict) else record[name]
        for name in fields
        if name in record
    }


def counted(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose `views` and `clicks` are their totals."""
    flat = {key: value for key, value in record.items() if not isinstance(value, dict | list)}
    for name in {"views", "clicks"} & record.keys():
        value = record[name]
        flat[name] = value.get("total") if isinstance(value, dict) else value
    flat.pop("__typename", None)
    return flat


def window_of(variables: dict[str, Any], timeseries: list[dict[str, Any]]) -> tuple[date, date] | None:
    """Return the days that an answer's totals span: from the request, else from the days beside them."""
    days = sorted(day for day in (iso_date(str(value)[:10]) for value in variables.values()) if day)
    days = days if len(days) >= 2 else sorted(day for day in (iso_date(str(one.get("date"))) for one in timeseries) if day)
    return (days[0], days[-1]) if days else None


def add(parts: list[Part], table: Table, records: list[dict[str, Any]] | None) -> None:
    """Add a part where there are rows."""
    if records:
        parts.append(Part(table, records_frame([{k: v for k, v in one.items() if k != "__typename"} for one in records], table)))


SOURCE = Source(NAME, FILE_NAMES, TABLES, read, cut=cut, feeds=FEEDS, hosts=HOSTS, portal=PORTAL)
