"""What a right warehouse must find once everything is landed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class LedgerTotals:
    """The live ledger: the newest DistroKid bank details. Quantities are of sales and refunds alone."""

    lines: int
    net_usd: Decimal
    gross_usd: Decimal
    songwriter_withheld_usd: Decimal
    net_by_platform: dict[str, Decimal]
    net_by_artist: dict[str, Decimal]
    net_by_sale_month: dict[str, Decimal]
    net_by_reporting_month: dict[str, Decimal]
    lines_by_type: dict[str, int]
    net_by_type: dict[str, Decimal]
    quantity_by_platform: dict[str, int]
    unknown_store_lines: int
    unknown_store_net_usd: Decimal


@dataclass(frozen=True)
class StreamTotals:
    """Distributors' daily streams: newest wins by coverage; the legacy file counts where no direct extract covers."""

    total: int
    by_source_platform: dict[str, dict[str, int]]
    by_month: dict[str, int]
    by_source_platform_month: dict[str, dict[str, dict[str, int]]]
    days: dict[str, dict[str, int]]
    of_which_legacy: dict[str, dict[str, int]]


@dataclass(frozen=True)
class CampaignTotals:
    """One ad campaign (docs/how-it-works.md, rule 11), and how its name must be read; no id where only a CSV names it."""

    external_campaign_id: str | None
    campaign_name: str
    parsed_artist: str | None
    parsed_track: str | None
    parsed_targeting: str | None
    spend_usd: Decimal
    spend_dated_usd: Decimal
    spend_undated_usd: Decimal
    impressions: int
    clicks: int


@dataclass(frozen=True)
class ExpenseTotals:
    """One category's lines on the card and in the older file, each once; refunds negative, payments left out."""

    lines: int
    amount_usd: Decimal


@dataclass(frozen=True)
class TikTokTotals:
    """One handle. Unknown values count nothing; new followers come from both sections, which agree."""

    days: int
    video_views: int
    video_views_known_days: int
    profile_views: int
    likes: int
    comments: int
    shares: int
    new_followers: int
    new_followers_known_days: int
    new_followers_in_overview: int


@dataclass(frozen=True)
class YouTubeTotals:
    """One channel's live days, and those of its videos; videos that were taken down are in the channel's days alone."""

    days: int
    views: int
    comparable_views: int
    watch_minutes: int
    likes: int
    subscribers_net: int
    videos: int
    video_days: int
    video_views: int


@dataclass(frozen=True)
class EmailTotals:
    """Each campaign's newest report, and the lists by name."""

    campaigns: int
    emails_sent: int
    bounces: int
    opens: int
    proxy_excluded_opens: int
    clicks: int
    unsubscribes: int
    list_months: dict[str, int]
    subscribers: dict[str, int]


@dataclass(frozen=True)
class LinktreeTotals:
    """The account's days, newest wins; unique figures are never summed."""

    days: int
    total_views: int
    total_clicks: int


@dataclass(frozen=True)
class SubmissionTotals:
    """SubmitHub's newest export, each submission once; clicks on links by service."""

    by_status: dict[str, int]
    listen_seconds: int
    unknown_song: int
    link_clicks: dict[str, int]


@dataclass(frozen=True)
class ConversionTotals:
    """The label's own conversions of one source: rows that count, how many they are, and their value in USD."""

    rows: int
    conversions: int
    value_usd: Decimal


@dataclass(frozen=True)
class Totals:
    """Everything, in exact numbers.

    audience_streams: by artist, or by Spotify id where no seed names it. youtube: by the channel's title in capitals.
    """

    as_of_date: date
    seed: int
    scale: int
    ledger: LedgerTotals
    ledger_lines_by_file: dict[str, int]
    streams: StreamTotals
    campaigns: tuple[CampaignTotals, ...]
    expenses: dict[str, ExpenseTotals]
    tiktok: dict[str, TikTokTotals]
    linktree: LinktreeTotals
    youtube: dict[str, YouTubeTotals]
    email: EmailTotals
    audience_streams: dict[str, int]
    submissions: SubmissionTotals
    conversions: dict[str, ConversionTotals]
    never_stored: tuple[str, ...]

    def to_json(self) -> str:
        """The totals as JSON text; decimals are strings, with every digit."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False, indent=2) + "\n"
