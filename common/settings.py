"""Settings: `BEDROT_*` environment variables or `.env` beside cli.py; `.env.example` lists them all."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.errors import UsageError

PROJECT_DIR = Path(__file__).resolve().parents[1]
DEMO_MARK = "demo.json"  # in a data folder: it holds the demo
MEMORY = re.compile(r"([0-9]+(?:[.][0-9]+)?) ?([KMGT]?)(i?)B", re.IGNORECASE)
ENV_FILE = os.environ.get("BEDROT_ENV_FILE", PROJECT_DIR / ".env") or None


class Settings(BaseSettings):
    """Everything a user can set. Platform names and credentials bear the platform's own names."""

    model_config = SettingsConfigDict(env_prefix="BEDROT_", env_file=ENV_FILE, extra="ignore")

    data_dir: Path = PROJECT_DIR / "data"
    seeds_dir: Path = PROJECT_DIR / "seeds" / "label"
    default_artist: str | None = None
    file_timezone: str = "UTC"
    timezone: str = "UTC"
    as_of: date | None = None
    lock_wait_seconds: float = Field(default=10.0, ge=0)
    memory_limit: str | None = None
    keep_builds: int = Field(default=3, ge=1)
    threads: int | None = Field(default=None, ge=1)
    spark_master: str = "local[2]"
    spark_warehouse: str | None = None
    spark_timezone: str = "UTC"
    spark_partitions: int = Field(default=2, ge=1)
    browser: Path | None = None
    answer_seconds: float = Field(default=30.0, gt=0)
    failing_seconds: float = Field(default=120.0, gt=0)
    throttle_seconds: float = Field(default=900.0, ge=0)
    retry_seconds: float = Field(default=1.0, gt=0)
    tries: int = Field(default=4, ge=1)
    login_minutes: float = Field(default=10.0, gt=0)
    parallel: int = Field(default=4, ge=1)
    query_seconds: float = Field(default=60.0, gt=0)
    query_rows: int = Field(default=10_000_000, ge=1)
    debug: bool = False
    metrics_file: Path | None = None
    notify_urls: SecretStr = SecretStr("")

    meta_ad_account_id: str | None = Field(default=None, validation_alias="META_AD_ACCOUNT_ID")
    spotify_artist_ids: str = Field(default="", validation_alias="SPOTIFY_ARTIST_IDS")

    @field_validator("data_dir", "seeds_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("metrics_file", "as_of", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        return value or None

    @field_validator("file_timezone", "timezone", "spark_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no time zone; write one like UTC or America/New_York") from error
        return value

    @field_validator("memory_limit")
    @classmethod
    def _known_size(cls, value: str | None) -> str | None:
        if value is not None and not MEMORY.fullmatch(value.strip()):
            raise ValueError(f"{value!r} is no size; write one like 4GB or 500MB")
        return value and value.strip()

    @field_validator("data_dir")
    @classmethod
    def _no_file(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(f"{value} is a file; name a folder")
        return value

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which stamps in file names are read."""
        return ZoneInfo(self.file_timezone)

    @property
    def holds_demo(self) -> bool:
        """Whether the data folder is marked as the demo's."""
        return (self.data_dir / DEMO_MARK).exists()

    @property
    def label_seeds_dir(self) -> Path:
        """Where the label's own seeds are: BEDROT_SEEDS_DIR; the demo's own in a folder marked as the demo's."""
        return PROJECT_DIR / "demo" / "seeds" if self.holds_demo else self.seeds_dir

    @property
    def memory_bytes(self) -> int | None:
        """The memory that BEDROT_MEMORY_LIMIT allows, in bytes; None where it is not set."""
        stated = MEMORY.fullmatch(self.memory_limit or "")
        if not stated:
            return None
        number, unit, binary = stated.groups()
        return int(float(number) * (1024 if binary else 1000) ** " KMGT".index(unit.upper() or " "))

    @property
    def landing_dir(self) -> Path:
        """Where raw extracts lie, as Parquet."""
        return self.data_dir / "landing"

    @property
    def locks_dir(self) -> Path:
        """Where the locks of landing, quarantine and fetching lie."""
        return self.landing_dir / ".locks"

    @property
    def originals_dir(self) -> Path:
        """Where the bytes as received lie, by their hash."""
        return self.data_dir / "originals"

    @property
    def quarantine_dir(self) -> Path:
        """Where refused files lie until someone decides."""
        return self.data_dir / "quarantine"

    @property
    def warehouse_dir(self) -> Path:
        """Where builds and the pointer to the live one lie."""
        return self.data_dir / "warehouse"

    @property
    def spark_dir(self) -> str:
        """Where Spark's tables lie: a folder, absolute, or an address of shared storage."""
        stated = self.spark_warehouse
        return stated if stated and "://" in stated else str(Path(stated or self.warehouse_dir / "spark").expanduser().absolute())

    @property
    def runs_dir(self) -> Path:
        """Where one record a run lies."""
        return self.data_dir / "runs"

    @property
    def sessions_dir(self) -> Path:
        """Where browser profiles lie, private to their owner."""
        return self.data_dir / "sessions"

    @property
    def inbox_dir(self) -> Path:
        """Where people drop files to be landed."""
        return self.data_dir / "inbox"

    @property
    def today(self) -> date:
        """The day that builds, lags and health call today.

        BEDROT_AS_OF; else, in a folder marked as the demo's, the day that the demo was made for; else the day in
        BEDROT_TIMEZONE.
        """
        return self.as_of or self._demo_day or self.day_of(utc_now())

    def day_of(self, moment: datetime) -> date:
        """Return the label's day at a moment that is given in UTC."""
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone)).date()

    @property
    def _demo_day(self) -> date | None:
        try:
            return date.fromisoformat(json.loads((self.data_dir / DEMO_MARK).read_text(encoding="utf-8"))["as_of_date"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def value(self, name: str) -> str | None:
        """A source's own setting or credential, by its name: the environment's, else that in `.env`."""
        found = os.environ.get(name) or self._dotenv.get(name)
        return found.strip() or None if found else None

    def listed(self, name: str) -> tuple[str, ...]:
        """A source's own setting that is a list with commas; each entry once."""
        return split(self.value(name) or "")

    @cached_property
    def _dotenv(self) -> dict[str, str | None]:
        file = self.model_config.get("env_file")
        return dotenv_values(file) if isinstance(file, str | Path) else {}

    @property
    def artist_ids(self) -> tuple[str, ...]:
        """The Spotify artist ids that are configured."""
        return split(self.spotify_artist_ids)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the settings once a process.

    Raises UsageError when a value can't be read.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        name = name if name.isupper() else f"BEDROT_{name.upper()}"
        raise UsageError(f"setting {name}: {first['msg'].removeprefix('Value error, ')}. See .env.example.") from error
    except (UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{ENV_FILE}: can't be read ({error}). Save it as UTF-8 text that you may read.") from error


def split(text: str) -> tuple[str, ...]:
    """Return the entries of a list with commas, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def utc_now() -> datetime:
    """Now, in UTC, without zone and microseconds: the form of every stored time."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
