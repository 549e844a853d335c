"""Messages about incidents: one when it starts and one when it ends, to every address in BEDROT_NOTIFY_URLS.

An incident is an issue of the health, told apart by kind, source and account. What was told to whom is kept in
runs/incidents.json, which is written before the first message and after each, so a killed run repeats one at most.
No address is ever printed or stored: a place is called by its service and its number among those of that service.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from common.durable_files import write_durably
from common.errors import BusyError
from common.locks import hold_lock
from common.settings import Settings, utc_now
from warehouse.health.judgement import Issue, named

if TYPE_CHECKING:
    from apprise import Apprise

INCIDENTS = "incidents.json"
SUMMARY = "summary"
SECONDS = 30


@dataclass
class Incident:
    """One issue, from its start to its end, and who has heard of it.

    to_tell: the places that a message about the present phase is owed to. told: those that have it.
    """

    kind: str
    source: str | None
    account: str | None
    reason: str
    started_at: str
    ended_at: str | None = None
    to_tell: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What makes it the same incident from run to run."""
        return self.kind, self.source, self.account

    @property
    def where(self) -> str:
        """Whose incident it is."""
        if self.kind == SUMMARY:
            return f"{len(self.reason.splitlines())} incidents"
        return f"{named(self.kind, self.source, self.account) or 'warehouse'}, {self.kind}"

    @property
    def title(self) -> str:
        """The message's first line."""
        return f"{'Over' if self.ended_at else 'Trouble'}: {self.where}"

    @property
    def text(self) -> str:
        """The message."""
        if self.ended_at:
            return f"Over at {minute(self.ended_at)}, since {minute(self.started_at)}. It was: {self.reason}"
        return f"{self.reason}\n(since {minute(self.started_at)})"

    def start_again(self, known: list[str]) -> None:
        """Take back an end: who was not told of it still takes the incident for open."""
        unaware = self.to_tell
        self.ended_at, self.told, self.to_tell = None, unaware, [name for name in known if name not in unaware]

    def end(self) -> None:
        """Note the end; it is told to those who know of the start."""
        self.ended_at, self.told, self.to_tell = utc_now().isoformat(), [], self.told


def notify(config: Settings, issues: list[Issue], is_complete: bool = True) -> None:
    """Tell what started and what ended since the last time; nothing where no address is set.

    is_complete: the issues are all there are, so that an incident which is not among them has ended.
    A message that can't be delivered is told on stderr, and tried again the next time.
    """
    urls = config.notify_urls.get_secret_value().strip()
    if not urls:
        return
    busy = "another run is sending. What it leaves is sent at the next run."
    try:
        with hold_lock(config.runs_dir / ".incidents.lock", config.lock_wait_seconds, busy):
            places = places_of(urls)
            incidents = brought_up_to_date(read(config), issues, list(places), is_complete)
            store(config, incidents)
            for incident in incidents:
                tell(config, incident, places, incidents)
            store(config, [one for one in incidents if is_open(one)])
    except BusyError:
        complain(busy)


def brought_up_to_date(known: list[Incident] | None, issues: list[Issue], places: list[str], is_complete: bool) -> list[Incident]:
    """Return the incidents as they are now, with what is owed to whom.

    Where nothing is known of what was told before (the first run, or incidents.json is lost), one message sums up all.
    """
    now = utc_now().isoformat()
    if known is None:
        incidents = [Incident(one.kind, one.source, one.account, one.reason, now) for one in issues]
        if len(incidents) == 1:
            incidents[0].to_tell = places
        elif incidents:
            for one in incidents:
                one.told = list(places)
            reason = "\n".join(f"{one.where}: {' '.join(one.reason.split())}" for one in incidents)
            incidents.append(Incident(SUMMARY, None, None, reason, now, to_tell=places))
        return incidents
    open_now = {(one.kind, one.source, one.account): one for one in issues}
    for incident in known:
        incident.to_tell = [name for name in incident.to_tell if name in places]
        incident.told = [name for name in incident.told if name in places]
        issue = open_now.pop(incident.key, None)
        if issue and incident.ended_at:
            incident.start_again(places)
        elif not issue and is_complete and not incident.ended_at and incident.kind != SUMMARY:
            incident.end()
    started = [Incident(*key, one.reason, now, to_tell=list(places)) for key, one in open_now.items()]
    return [one for one in known if is_open(one)] + started


def is_open(incident: Incident) -> bool:
    """Whether an incident lasts, or a message about it is owed."""
    return bool(incident.to_tell) or (not incident.ended_at and incident.kind != SUMMARY)


def tell(config: Settings, incident: Incident, places: dict[str, Apprise], incidents: list[Incident]) -> None:
    """Send an incident's message to the places that it is owed to; store each delivery at once."""
    for name in list(incident.to_tell):
        if sent(places[name], incident):
            incident.to_tell.remove(name)
            incident.told.append(name)
            store(config, incidents)
        else:
            complain(f"{name}: not delivered ({incident.title}). It is tried again at the next run.")


def sent(place: Apprise, incident: Incident) -> bool:
    """Send one message; return whether it arrived. What the library would log, with addresses in it, is kept quiet."""
    from apprise import NotifyFormat, NotifyType

    kind = NotifyType.SUCCESS if incident.ended_at else NotifyType.WARNING
    quiet = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        return bool(place.notify(incident.text, incident.title, kind, body_format=NotifyFormat.TEXT, timeout=SECONDS))
    finally:
        logging.disable(quiet)


def places_of(urls: str) -> dict[str, Apprise]:
    """Return who is told, each by its service and its number; an address that is none is told on stderr."""
    from apprise import Apprise, AppriseAsset
    from apprise.utils.parse import parse_urls

    found: dict[str, Apprise] = {}
    numbers: Counter[str] = Counter()
    quiet = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        asset = AppriseAsset(app_id="bedrot", app_desc="The label's warehouse", async_mode=False)
        for place, url in enumerate(parse_urls(urls), start=1):  # type: ignore[no-untyped-call]  # apprise has few types
            one = Apprise(asset=asset)
            if not one.add(url):
                complain(f"entry {place} of BEDROT_NOTIFY_URLS is no address that apprise knows. See its list of services.")
                continue
            service = str(one[0].service_name)
            numbers[service] += 1
            found[f"{service} {numbers[service]}"] = one
    finally:
        logging.disable(quiet)
    return found


def read(config: Settings) -> list[Incident] | None:
    """Return the incidents as they were stored; None where they are not there or damaged."""
    try:
        stored = json.loads((config.runs_dir / INCIDENTS).read_text(encoding="utf-8"))
        return [Incident(**one) for one in stored["incidents"]]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def store(config: Settings, incidents: list[Incident]) -> None:
    """Store the incidents durably, by one rename."""
    content = {"incidents": [asdict(one) for one in incidents]}
    write_durably(config.runs_dir / INCIDENTS, json.dumps(content, ensure_ascii=False, indent=1).encode())


def complain(what: str) -> None:
    """Say on stderr what went wrong with a message; it changes no exit code."""
    print(f"notification: {what}", file=sys.stderr)


def minute(moment: str) -> str:
    """Return a stored time to the minute."""
    return f"{moment[:16].replace('T', ' ')} UTC"
