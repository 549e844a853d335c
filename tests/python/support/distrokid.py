"""DistroKid's pages, extracted as a user does."""

from __future__ import annotations

from datetime import date

from fake_platforms.distrokid import EMAIL, PASSWORD, DistroKid
from support.commands import cli

from common.settings import Settings

TODAY = date(2026, 7, 4)
CREDENTIALS = {"DISTROKID_EMAIL": EMAIL, "DISTROKID_PASSWORD": PASSWORD}


def extract(config: Settings, portal: DistroKid, *arguments: str, **environment: str):  # noqa: ANN201
    given = {"BEDROT_AS_OF": str(TODAY), "BEDROT_ANSWER_SECONDS": "8", "BEDROT_RETRY_SECONDS": "0.05"}
    return cli(
        config.data_dir, "extract", "distrokid", *arguments, BEDROT_DISTROKID_BASE_URL=portal.url, **(given | environment)
    )  # fmt: skip
