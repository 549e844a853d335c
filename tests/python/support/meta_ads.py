"""Meta's Marketing API, extracted as a user does."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta

from fake_platforms.meta import TOKEN, Meta
from support.commands import cli

from common.settings import Settings

TODAY = date(2026, 7, 4)
WEEK = str(TODAY - timedelta(days=6))


def environment(portal: Meta, **other: str) -> dict[str, str]:
    """What a user sets, with waits that are short."""
    return {
        "BEDROT_META_ADS_BASE_URL": portal.url, "BEDROT_AS_OF": str(portal.today), "BEDROT_RETRY_SECONDS": "0.02",
        "META_ACCESS_TOKEN": TOKEN, "META_AD_ACCOUNT_ID": ",".join(portal.accounts),
    } | other  # fmt: skip


def extract(config: Settings, portal: Meta, *arguments: str, **other: str) -> subprocess.CompletedProcess[str]:
    return cli(config.data_dir, "extract", "meta_ads", *arguments, **environment(portal, **other))


def has_landed(config: Settings, table: str) -> bool:
    return any((config.landing_dir / "meta_ads" / table).glob("2*.parquet"))
