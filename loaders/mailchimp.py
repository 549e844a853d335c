"""Mailchimp: campaign reports, clicks and lists, in counts alone; what names a person is never kept."""

from __future__ import annotations

import json
import re
from typing import Any

from loaders.errors import SourceFormatError
from loaders.files import Export, records_frame
from loaders.landing import Part
from loaders.tables import ISO_MONTH, Replacement, Table

SOURCE = "mailchimp"
NAMES = (r"mailchimp_",)
CLICKS_NAME = re.compile(r"mailchimp_clicks_(?P<list>[0-9A-Za-z]+)_[0-9A-Za-z]+(_.*)?[.]json")

REPORTS = Table(
    SOURCE, "reports", "snapshot",
    required=("id", "list_id", "emails_sent", "send_time", "opens", "clicks"),
    optional=("campaign_title", "type", "list_name", "subject_line", "unsubscribed", "abuse_reports", "bounces",
              "forwards", "timeseries", "ecommerce"),
    private=True,
)  # fmt: skip
CLICKS = Table(
    SOURCE, "clicks", "snapshot",
    required=("url", "total_clicks", "unique_clicks"),
    optional=("id", "campaign_id", "click_percentage", "unique_click_percentage", "last_click"),
    facts=("_name_list",),
    private=True,
)  # fmt: skip
LISTS = Table(SOURCE, "lists", "snapshot", ("id", "name", "stats"), optional=("date_created",), private=True)
LIST_GROWTH = Table(
    SOURCE, "list_growth", "replace",
    required=("month", "subscribed"),
    optional=("list_id", "unsubscribed", "reconfirm", "cleaned", "pending", "deleted", "transactional",
              "existing", "imports", "optins"),
    observed="month", formats=(ISO_MONTH,),
    replacement=Replacement(line=("month", "subscribed"), provisional_days=62),
    private=True,
)  # fmt: skip
LIST_ACTIVITY = Table(
    SOURCE, "list_activity", "replace",
    required=("day", "emails_sent"),
    optional=("unique_opens", "recipient_clicks", "hard_bounce", "soft_bounce", "subs", "unsubs", "other_adds",
              "other_removes"),
    observed="day",
    replacement=Replacement(line=("day", "emails_sent"), measures=("emails_sent",), provisional_days=7),
    private=True,
)  # fmt: skip
TABLES = (REPORTS, CLICKS, LISTS, LIST_GROWTH, LIST_ACTIVITY)

LISTED = {"reports": REPORTS, "urls_clicked": CLICKS, "lists": LISTS, "history": LIST_GROWTH, "activity": LIST_ACTIVITY}
ALONE = (REPORTS, LISTS)  # what can also be asked for one by one
PERSONAL = ("members", "emails", "sent_to", "unsubscribes", "abuse_reports")
OWNERS = ("list_id", "campaign_id")
Answer = tuple[Table, dict[str, Any], list[dict[str, Any]]]


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
    stated = CLICKS_NAME.fullmatch(export.name)
    parts = []
    for (table, account, campaign), records in found.items():
        facts = {"_name_list": stated["list"] if stated else None} if table is CLICKS else {}
        owner = account or facts.get("_name_list")
        parts.append(Part(table, records_frame(records, table), account=owner, facts=facts, limited_to=campaign))
    return parts


def cut(export: Export) -> bytes:
    """Return the answers with nothing but the columns that are read: that is what is kept (design §3, personal data)."""
    keys = {table: key for key, table in LISTED.items()}
    kept = [
        {keys[table]: records, "total_items": len(records)} | {name: answer[name] for name in OWNERS if name in answer}
        for table, answer, records in answers_of(export) or []
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def answers_of(export: Export) -> list[Answer] | None:
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
