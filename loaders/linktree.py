"""Linktree: captured GraphQL answers, of which only the analytics parts are ever kept."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from loaders.files import Export, iso_date, records_frame
from loaders.landing import Part
from loaders.tables import Replacement, Table

SOURCE = "linktree"
NAMES = (r"graphql_",)

OVERVIEW_DAILY = Table(
    SOURCE, "overview_daily", "replace",
    required=("date", "totalViews", "totalClicks", "uniqueViews", "uniqueClicks", "clickThroughRate"),
    observed="date",
    replacement=Replacement(
        line=("date", "totalViews", "totalClicks"), measures=("totalViews",), counts=("totalClicks",), provisional_days=2
    ),
    private=True,
)  # fmt: skip
SOCIALS_DAILY = Table(
    SOURCE, "socials_daily", "replace", ("date", "name", "views", "clicks"), observed="date",
    replacement=Replacement(
        line=("date", "name", "views", "clicks"), measures=("views",), counts=("clicks",), provisional_days=2
    ),
    private=True,
)  # fmt: skip
SUBSCRIBERS_DAILY = Table(
    SOURCE, "subscribers_daily", "replace",
    required=("kind", "date", "subscribersTotal", "subscribersClicks", "dailyTotal"),
    observed="date", private=True,
)  # fmt: skip
_WINDOW = ("window_from", "window_to", "operationName", "variables")
LINKS = Table(SOURCE, "links", "snapshot", ("id", "clicks"), optional=_WINDOW, private=True)
LINK_TITLES = Table(SOURCE, "link_titles", "snapshot", ("id", "title", "active"), private=True)
AUDIENCE = Table(
    SOURCE, "audience", "snapshot",
    required=("part", "name", "countryCode", "views", "clicks", "clickThroughRate"), optional=_WINDOW, private=True,
)  # fmt: skip
TABLES = (OVERVIEW_DAILY, SOCIALS_DAILY, SUBSCRIBERS_DAILY, LINKS, LINK_TITLES, AUDIENCE)

OVERVIEW_KEYS = ("totalViews", "totalClicks", "clickThroughRate", "timeToClick", "clickThroughBenchmark", "timeseries")
SUBSCRIBERS = ("subscribers", "emailSubscribers", "smsSubscribers")
AUDIENCE_LISTS = (("locations", "countries"), ("locations", "cities"), ("referrers", "referrers"), ("devices", "devices"))
RANGE_KEYS = re.compile(r"date|start|end|from|to|range|interval|timezone", re.IGNORECASE)


def read(export: Export) -> list[Part] | None:
    """Return the analytics of a captured answer; an empty list for one with nothing of use; None for anything else."""
    if export.kind != "json" or not isinstance(export.document, dict):
        return None
    body, variables, operation = answer_of(export.document)
    if body is None:
        return None
    analytics, titles = whitelisted(body)
    if not analytics and not titles:
        return []
    parts: list[Part] = []
    overview = analytics.get("overview") or {}
    window = window_of(variables, overview.get("timeseries") or [])
    asked = {
        "window_from": window and str(window[0]), "window_to": window and str(window[1]),
        "operationName": operation, "variables": variables or None,
    }  # fmt: skip
    add(parts, OVERVIEW_DAILY, overview.get("timeseries"))
    socials = [one for one in (analytics.get("socials") or {}).get("timeseries") or []]
    add(parts, SOCIALS_DAILY, [counted(one) for one in socials])
    subscribers = analytics.get("subscribers") or {}
    add(parts, SUBSCRIBERS_DAILY, [{"kind": kind, **one} for kind in SUBSCRIBERS for one in subscribers.get(kind) or []])
    add(parts, LINKS, [counted(one) | asked for one in analytics.get("links") or []])
    audience = [
        {"part": inner, **counted(one), **asked}
        for outer, inner in AUDIENCE_LISTS
        for one in (analytics.get(outer) or {}).get(inner) or []
    ]
    add(parts, AUDIENCE, audience)
    add(parts, LINK_TITLES, titles)
    return parts


def cut(export: Export) -> bytes:
    """Return the answer without anything but analytics: that is what is kept of it (design §3, personal data)."""
    body, variables, operation = answer_of(export.document)
    analytics, titles = whitelisted(body)
    data: dict[str, Any] = {"getAccountAnalytics": analytics} if analytics else {}
    data |= {f"link{one['id']}": one for one in titles}
    kept = {"operationName": operation, "variables": variables, "response": {"data": data}}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def answer_of(document: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any], str | None]:
    """Return the body's data, the range that was asked for and the operation's name; the body alone may have been saved."""
    request = document if "response" in document else {}
    body = document.get("response", document)
    data = body.get("data") if isinstance(body, dict) else None
    asked = request.get("variables") or {}
    variables = {key: value for key, value in asked.items() if RANGE_KEYS.search(key) and isinstance(value, str | int)}
    return (data if isinstance(data, dict) else None), variables, request.get("operationName")


def whitelisted(data: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the analytics and the link titles of an answer; nothing else of it is read."""
    analytics: dict[str, Any] = {}
    for root in ("getAccountAnalytics", "getFollowers"):
        found = data.get(root)
        if isinstance(found, dict):
            analytics |= {
                key: found[key] for key in ("socials", "subscribers", "locations", "referrers", "devices") if found.get(key)
            }
            if isinstance(found.get("overview"), dict):
                analytics["overview"] = {key: found["overview"][key] for key in OVERVIEW_KEYS if key in found["overview"]}
            if isinstance(found.get("links"), list):
                analytics["links"] = [{key: one.get(key) for key in ("id", "clicks")} for one in found["links"]]
    titles = [
        {key: value.get(key) for key in ("id", "title", "active")}
        for name, value in data.items()
        if re.fullmatch(r"link[0-9]+", name) and isinstance(value, dict)
    ]
    return analytics, titles


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
