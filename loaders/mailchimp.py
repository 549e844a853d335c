"""Mailchimp: campaign reports, clicks and lists, in counts alone; what names a person is never kept."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError, ThrottledError, UnavailableError, UsageError
from common.secrets import register
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.http import Answer, Api, joined
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.file_names import stated_by
from loaders.landing.records import records_frame
from loaders.landing.tables import ISO_MONTH, Replacement, Table
from loaders.landing.timeline import read_timeline
from loaders.source import Source

if TYPE_CHECKING:
    from loaders.fetching.context import Pull

NAME = "mailchimp"
FILE_NAMES = (r"mailchimp_",)
CLICKS_NAME = re.compile(r"mailchimp_clicks_(?P<list>[0-9A-Za-z]+)_[0-9A-Za-z]+(_.*)?[.]json")

REPORTS = Table(
    NAME, "reports", "snapshot",
    required=("id", "list_id", "emails_sent", "send_time", "opens", "clicks"),
    optional=("campaign_title", "type", "list_name", "subject_line", "unsubscribed", "abuse_reports", "bounces",
              "forwards", "timeseries", "ecommerce"),
    private=True,
)  # fmt: skip
CLICKS = Table(
    NAME, "clicks", "snapshot",
    required=("url", "total_clicks", "unique_clicks"),
    optional=("id", "campaign_id", "click_percentage", "unique_click_percentage", "last_click"),
    facts=("_name_list",),
    private=True,
)  # fmt: skip
LISTS = Table(NAME, "lists", "snapshot", ("id", "name", "stats"), optional=("date_created",), private=True)
LIST_GROWTH = Table(
    NAME, "list_growth", "replace",
    required=("month", "subscribed"),
    optional=("list_id", "unsubscribed", "reconfirm", "cleaned", "pending", "deleted", "transactional",
              "existing", "imports", "optins"),
    observed="month", formats=(ISO_MONTH,),
    replacement=Replacement(line=("month", "subscribed"), provisional_days=62),
    private=True,
)  # fmt: skip
LIST_ACTIVITY = Table(
    NAME, "list_activity", "replace",
    required=("day", "emails_sent"),
    optional=("unique_opens", "recipient_clicks", "hard_bounce", "soft_bounce", "subs", "unsubs", "other_adds",
              "other_removes"),
    observed="day",
    replacement=Replacement(
        line=("day", "emails_sent"),
        measures=("emails_sent",),
        optional_measures=(
            "unique_opens", "recipient_clicks", "hard_bounce", "soft_bounce", "subs", "unsubs", "other_adds", "other_removes",
        ),
        provisional_days=7,
    ),
    private=True,
)  # fmt: skip
TABLES = (REPORTS, CLICKS, LISTS, LIST_GROWTH, LIST_ACTIVITY)

LISTED = {"reports": REPORTS, "urls_clicked": CLICKS, "lists": LISTS, "history": LIST_GROWTH, "activity": LIST_ACTIVITY}
ALONE = (REPORTS, LISTS)  # what can also be asked for one by one
PERSONAL = ("members", "emails", "sent_to", "unsubscribes", "abuse_reports")
OWNERS = ("list_id", "campaign_id")
Found = tuple[Table, dict[str, Any], list[dict[str, Any]]]

API_KEY, LIST_ID = "MAILCHIMP_API_KEY", "MAILCHIMP_LIST_ID"
HOST = "https://{centre}.api.mailchimp.com/3.0"
DATA_CENTRE = re.compile(r"[a-z]{2}[0-9]{1,3}")
PAGE = 100  # rows asked for at once; the most is 1,000
MOVING_DAYS = 90  # how long after sending a report is asked for again


def read(export: Export) -> list[Part] | None:
    """Return the parts of one answer, or of a list of its pages, a part for each list; None for anything else.

    An empty list for an answer about people, and for one without rows: neither is kept.
    Raises SourceFormatError for rows that lack what is read.
    """
    answers = answers_of(export)
    if answers is None:
        return None
    found: dict[tuple[Table, str | None, str | None], list[dict[str, Any]]] = {}
    for table, answer, records in answers:
        for record in records:
            if missing := [name for name in table.required if name not in record]:
                raise SourceFormatError(
                    f"{export.file_name}: a row of {table.label} lacks {', '.join(missing)}. Ask again, without choosing fields."
                )
            account = record["id"] if table is LISTS else record.get("list_id") or answer.get("list_id")
            campaign = record.get("campaign_id") or answer.get("campaign_id") if table is CLICKS else None
            found.setdefault((table, account or None, campaign), []).append(record)
    stated = stated_by(CLICKS_NAME, export.name)
    parts = []
    for (table, account, campaign), records in found.items():
        facts = {"_name_list": stated["list"] if stated else None} if table is CLICKS else {}
        owner = account or facts.get("_name_list")
        parts.append(Part(table, records_frame(records, table), account=owner, facts=facts, limited_to=campaign))
    return parts


def cut(export: Export) -> bytes:
    """Return the answers cut to the columns that are read; only these are stored (docs/how-it-works.md, "Personal data")."""
    keys = {table: key for key, table in LISTED.items()}
    kept = [
        {keys[table]: records, "total_items": len(records)} | {name: answer[name] for name in OWNERS if name in answer}
        for table, answer, records in answers_of(export) or []
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def answers_of(export: Export) -> list[Found] | None:
    """Return what Mailchimp's answers say, without those about people; None where one is not Mailchimp's."""
    if export.kind != "json" or not export.document:
        return None
    found = []
    for answer in export.document if isinstance(export.document, list) else [export.document]:
        table, records = rows_of(answer) if isinstance(answer, dict) else (None, None)
        if records is None:
            return None
        if table:
            wanted = [name for name in table.columns if name not in table.facts]
            found.append((table, answer, [{name: one[name] for name in wanted if name in one} for one in records]))
    return found


def rows_of(answer: dict[str, Any]) -> tuple[Table | None, list[dict[str, Any]] | None]:
    """Return an answer's table and rows: no table for one about people, no rows for what is not Mailchimp's."""
    if isinstance(answer.get("total_items"), int):
        for key, table in LISTED.items():
            if isinstance(answer.get(key), list):
                return table, answer[key]
        if any(isinstance(answer.get(key), list) for key in PERSONAL):
            return None, []
    alone = next((table for table in ALONE if set(table.required) <= answer.keys()), None)
    return alone, [answer] if alone else None


# ------------------------------------------------------------------ fetching


def base_of(pull: Pull) -> str:
    """The API's address, in the data centre that the end of the key names.

    Raises UsageError where it names none.
    """
    centre = pull.secret(API_KEY).rpartition("-")[2]
    if not DATA_CENTRE.fullmatch(centre):
        raise UsageError(f"mailchimp: {API_KEY} names no data centre at its end, such as -us9. Copy the whole key.")
    return HOST.format(centre=centre)


HOSTS = {"": base_of}


def reports(pull: Pull) -> Iterator[Received]:
    """Fetch the reports of campaigns, then each one's clicks: all of them once, later those of which figures still move."""
    api = api_of(pull)
    before = [entry.extracted_at.date() for entry in read_timeline(pull.landing.con, pull.settings, REPORTS, None)]
    since = pull.since or (min(max(before), pull.today) - timedelta(days=MOVING_DAYS) if before else None)
    limits = {"since_send_time": f"{since}T00:00:00+00:00"} if since else {}
    pages = list(pages_of(api, "reports", "reports", **limits))
    yield Received(f"mailchimp_reports_{pull.stamp}.json", joined(page.content for page in pages))
    for report in [one for page in pages for one in page.document["reports"]]:
        clicks = joined(page.content for page in pages_of(api, f"reports/{report['id']}/click-details", "urls_clicked"))
        yield Received(f"mailchimp_clicks_{report['list_id']}_{report['id']}_{pull.stamp}.json", clicks)


def lists(pull: Pull) -> Iterator[Received]:
    """Fetch every list as it stands now, then the growth and the activity of each, or of those that are configured."""
    api = api_of(pull)
    pages = list(pages_of(api, "lists", "lists"))
    yield Received(f"mailchimp_lists_{pull.stamp}.json", joined(page.content for page in pages))
    configured = pull.settings.listed(LIST_ID)
    for one in configured or [found["id"] for page in pages for found in page.document["lists"]]:
        growth = pages_of(api, f"lists/{one}/growth-history", "history", sort_field="month", sort_dir="DESC")
        yield Received(f"mailchimp_growth_{one}_{pull.stamp}.json", joined(page.content for page in growth))
        activity = pages_of(api, f"lists/{one}/activity", "activity")
        yield Received(f"mailchimp_activity_{one}_{pull.stamp}.json", joined(page.content for page in activity))


FEEDS = (Feed("campaign reports", reports, "api", (API_KEY,)), Feed("lists", lists, "api", (API_KEY,)))


def api_of(pull: Pull) -> Api:
    """The API, asked as the key's owner."""
    basic = register(base64.b64encode(f"any:{pull.secret(API_KEY)}".encode()).decode())
    return pull.api(authorize=lambda _: {"Authorization": f"Basic {basic}"}, judge=judge)


def pages_of(api: Api, path: str, key: str, **limits: str) -> Iterator[Answer]:
    """Yield every page of a list, its rows cut to what is read.

    Raises UnavailableError for a page that came before, or is empty before the end.
    """
    table = LISTED[key]
    wanted = [f"{key}.{name}" for name in table.columns if name not in table.facts]
    read, bodies = 0, set()

    def following(answer: Answer) -> dict[str, int] | None:
        nonlocal read
        if answer.content in bodies:
            raise UnavailableError(f"mailchimp: {path}: a page that was there before; stopped. Try later.")
        bodies.add(answer.content)
        read += len(answer.document[key])
        return {"offset": read} if read < answer.document["total_items"] else None

    asked = {"count": PAGE, "offset": 0, "fields": ",".join([*wanted, *OWNERS, "total_items"])}
    yield from api.pages(path, asked | limits, following)


def judge(answer: Answer) -> Exception | None:
    """Take a bare 403 for what it is, too much asked at once; the status tells the rest."""
    return ThrottledError() if answer.status == 403 and not answer.said else None


SOURCE = Source(NAME, FILE_NAMES, TABLES, read, cut=cut, feeds=FEEDS, hosts=HOSTS)
