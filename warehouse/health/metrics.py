"""How things stand as metrics: one text file for the Prometheus node exporter's textfile collector.

The text is OpenMetrics with gauges alone, which the collector's older format reads the same. It is written beside its
place and renamed, so no scrape sees half of it, and anyone can read it: it holds no secret, and no account of the bank.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from common.settings import utc_now
from warehouse.asking.values import replacing
from warehouse.health.facts import Facts
from warehouse.health.judgement import Health
from warehouse.health.states import STATES
from warehouse.health.units import Unit

READABLE = 0o644


def write_metrics(target: Path, facts: Facts, health: Health) -> None:
    """Write every metric to a file.

    Raises UsageError when its folder is not there.
    """
    from prometheus_client import CollectorRegistry
    from prometheus_client.openmetrics.exposition import generate_latest

    registry = CollectorRegistry()
    fill(registry, facts, health)
    with replacing(target) as temporary:
        temporary.write_bytes(generate_latest(registry))  # type: ignore[no-untyped-call]  # this one of the library's has no types
        temporary.chmod(READABLE)


def fill(registry: Any, facts: Facts, health: Health) -> None:
    """Register every metric with its values."""
    from prometheus_client import Gauge

    def gauge(name: str, text: str, *labels: str) -> Callable[..., None]:
        made: list[Gauge] = []

        def put(value: Any, *values: str | None) -> None:
            if value is None:
                return
            if not made:
                made.append(Gauge(f"bedrot_{name}", text, labels, registry=registry))
            (made[0].labels(*(value or "" for value in values)) if labels else made[0]).set(number(value))

        return put

    gauge("status_written_timestamp_seconds", "When this file was written.")(utc_now())
    states = ", ".join(f"{place} {name}" for place, name in enumerate(STATES))
    gauge("health_state", f"The worst state of all: {states}.")(STATES.index(health.state))
    account = ("source", "account")
    state = gauge("source_state", f"The state of an account: {states}.", *account)
    live = gauge("source_live", "1 where an account is extracted, 0 where it is only landed by hand.", *account)
    contact = gauge("source_last_contact_timestamp_seconds", "When a source last answered.", *account)
    failing = gauge("source_failing_feeds", "Feeds of an account whose last extract failed.", *account)
    lost = gauge("session_lost", "1 where a person must log in.", *account)
    lapses = gauge("session_lapses_timestamp_seconds", "When a login will lapse, where that is known.", *account)
    for unit in health.units:
        place = unit.source, unit.account
        state(STATES.index(unit.state), *place)
        live(unit.is_live, *place)
        contact(unit.last_contact, *place)
        failing(len(unit.failing), *place)
        if unit.session:
            lost(unit.session.state != "ok", *place)
            lapses(unit.session.lapses_at, *place)
    fill_lags(gauge, health.units)
    kinds = gauge("issues", "What is not right, by kind and state.", "kind", "state")
    for kind, graveness in sorted({(one.kind, one.state) for one in health.issues}):
        kinds(sum((one.kind, one.state) == (kind, graveness) for one in health.issues), kind, graveness)
    refused = gauge("quarantine_files", "Files in quarantine.", "source")
    counts: dict[str | None, int] = dict.fromkeys((one.source for one in facts.sources), 0)
    for one in facts.quarantine:
        counts[one.source] = counts.get(one.source, 0) + 1
    for source, count in counts.items():
        refused(count, source)
    fill_build(gauge, facts)


def fill_lags(gauge: Callable[..., Callable[..., None]], units: list[Unit]) -> None:
    """Put how far each judged table lies back, and how far it may; without a table, the last contact."""
    labels = ("source", "account", "table")
    newest = gauge("source_newest_day_timestamp_seconds", "The newest day that a table holds, at 00:00 UTC.", *labels)
    lag = gauge("source_lag_days", "Days from what is known last to today.", *labels)
    allowed = gauge("source_allowed_lag_days", "Days that are still right; more is a WARNING (seed_cadences.csv).", *labels)
    critical = gauge("source_critical_lag_days", "Days after which an extracted source is CRITICAL.", *labels)
    for unit in units:
        for one in unit.lags:
            place = unit.source, unit.account, one.table
            newest(one.newest_day, *place)
            lag(one.lag_days, *place)
            allowed(one.allowed_days, *place)
            critical(one.critical_days, *place)


def fill_build(gauge: Callable[..., Callable[..., None]], facts: Facts) -> None:
    """Put what is published, whether the last build failed, and what did not resolve in it."""
    build = facts.build
    gauge("last_build_failed", "1 where the last build failed, or what is published is damaged.")(bool(facts.build_problem))
    gauge("last_build_timestamp_seconds", "When the published warehouse was built.")(build and build.built_at)
    names = gauge("unmatched_names", "Names that did not resolve in the published warehouse.", "kind")
    amount = gauge("unmatched_amount_usd", "The money on names that did not resolve.", "kind")
    for one in build.unmatched if build else ():
        names(one.names, one.kind)
        amount(one.amount_usd, one.kind)


def number(value: Any) -> float:
    """Return a value as a metric holds it: times as seconds since 1970, in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return value.replace(tzinfo=UTC).timestamp() if isinstance(value, datetime) else float(value)
