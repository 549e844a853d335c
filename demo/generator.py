"""The demo: a small label's raw files, as its platforms would send them, and what a right warehouse finds in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from demo.ads_manager import write_ads_manager
from demo.bank import write_bank
from demo.conversions import write_conversions
from demo.distrokid import write_ledger, write_ledgers
from demo.distrokid_pages import write_pages
from demo.label import AS_OF, CHECKING_ACCOUNT, DISTROKID, DISTROKID_EMAIL, LINKTREE_EMAIL, MAILCHIMP_EMAIL, TOOLOST
from demo.linktree import write_linktree
from demo.mailchimp import write_mailchimp
from demo.meta_ads import write_meta_ads
from demo.own_files import write_catalog, write_legacy
from demo.spotify import write_spotify
from demo.submithub import write_submithub
from demo.tiktok import write_tiktok
from demo.toolost import write_toolost
from demo.totals import LedgerTotals, StreamTotals, Totals
from demo.truth import Series, Truth, month_of
from demo.youtube import write_youtube

LINES_AT_SCALE_1 = 10_000
StreamKey = tuple[str, str]


def generate(folder: Path, *, seed: int = 1987, scale: int = 1, progress: Callable[[str], None] | None = None) -> Totals:
    """Write the raw files below `folder`, one folder for each source; return what a right warehouse must find.

    scale: about 10,000 statement lines each; streams and money grow with it.
    progress: is told the name of each source before its files are written.
    """
    tell = progress or (lambda _: None)
    truth = Truth(seed, scale)
    tell("distrokid")
    ledger, lines_by_file = write_ledgers(folder / "distrokid", truth)
    direct: dict[StreamKey, Series] = {
        (DISTROKID, platform): series for platform, series in write_pages(folder / "distrokid", truth).items()
    }
    tell("toolost")
    direct |= {(TOOLOST, platform): series for platform, series in write_toolost(folder / "toolost", truth).items()}
    tell("legacy, catalog")
    legacy = write_legacy(folder / "legacy", truth)
    write_catalog(folder / "catalog")
    tell("tiktok")
    tiktok = write_tiktok(folder / "tiktok", truth)
    tell("meta_ads")
    campaigns = (*write_meta_ads(folder / "meta_ads", truth), write_ads_manager(folder / "meta_ads" / "by_hand", truth))
    tell("linktree")
    linktree = write_linktree(folder / "linktree", truth)
    tell("youtube, mailchimp")
    youtube = write_youtube(folder / "youtube", truth)
    email = write_mailchimp(folder / "mailchimp", truth)
    tell("spotify")
    audience = write_spotify(folder / "spotify", truth)
    tell("submithub")
    submissions = write_submithub(folder / "submithub", truth)
    tell("conversions")
    conversions = write_conversions(folder / "conversions", truth)
    tell("bank")
    expenses = write_bank(folder / "bank", truth)
    return Totals(
        as_of_date=AS_OF,
        seed=seed,
        scale=scale,
        ledger=ledger,
        ledger_lines_by_file=lines_by_file,
        streams=stream_totals(direct, legacy),
        campaigns=campaigns,
        expenses=expenses,
        tiktok=tiktok,
        linktree=linktree,
        youtube=youtube,
        email=email,
        audience_streams=audience,
        submissions=submissions,
        conversions=conversions,
        never_stored=(DISTROKID_EMAIL, LINKTREE_EMAIL, MAILCHIMP_EMAIL, CHECKING_ACCOUNT),
    )


def ledger_lines(path: Path, lines: int, seed: int = 1987) -> LedgerTotals:
    """Write one DistroKid ledger of generation B with so many lines, for benchmarks; return its totals."""
    scale = -(-lines // LINES_AT_SCALE_1)
    return write_ledger(path, Truth(seed, scale), lines)


def stream_totals(direct: dict[StreamKey, Series], legacy: dict[StreamKey, Series]) -> StreamTotals:
    """Add up the live series; a legacy day counts only where no direct extract of its source and platform covers it."""
    nested: dict[str, defaultdict[str, dict[str, int]]] = {
        "streams": defaultdict(dict),
        "days": defaultdict(dict),
        "legacy": defaultdict(dict),
    }
    by_source_platform_month: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    by_month: dict[str, int] = defaultdict(int)
    for (source, platform), series in direct.items():
        first, last = min(series), max(series)
        earlier = {day: value for day, value in legacy.get((source, platform), {}).items() if not first <= day <= last}
        live = earlier | series
        months: dict[str, int] = defaultdict(int)
        for day, streams in sorted(live.items()):
            months[month_of(day)] += streams
            by_month[month_of(day)] += streams
        nested["streams"][source][platform] = sum(live.values())
        nested["days"][source][platform] = len(live)
        nested["legacy"][source][platform] = sum(earlier.values())
        by_source_platform_month[source][platform] = dict(months)
    return StreamTotals(
        total=sum(by_month.values()),
        by_source_platform=dict(nested["streams"]),
        by_month=dict(sorted(by_month.items())),
        by_source_platform_month=dict(by_source_platform_month),
        days=dict(nested["days"]),
        of_which_legacy=dict(nested["legacy"]),
    )
