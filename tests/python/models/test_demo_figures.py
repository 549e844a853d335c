"""The demo label, landed and built as a user does: every figure is what the generator knows to be right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest
from support.commands import cli

from common.settings import PROJECT_DIR, Settings
from demo.generator import generate
from demo.totals import Totals
from warehouse.building.published import connected, current


@pytest.fixture
def con(demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, read-only."""
    with published(demo) as connection:
        yield connection


@pytest.fixture(scope="module")
def totals(tmp_path_factory: pytest.TempPathFactory) -> Totals:
    """What must be found in it."""
    return generate(tmp_path_factory.mktemp("files"))


def published(data_dir: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Connect to what a folder has published."""
    return connected(current(Settings(data_dir=data_dir, _env_file=None)))


def pairs(con: duckdb.DuckDBPyConnection, sql: str) -> dict:
    return dict(con.execute(sql).fetchall())


def test_the_ledger_is_exact_to_the_last_decimal(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    ledger = totals.ledger
    lines, net, gross, withheld = con.execute(
        "select count(*), sum(net_revenue_usd), sum(gross_revenue_usd), sum(songwriter_royalties_withheld_usd) from revenue_transactions"
    ).fetchone()
    assert (lines, net, gross, withheld) == (ledger.lines, ledger.net_usd, ledger.gross_usd, ledger.songwriter_withheld_usd)


@pytest.mark.parametrize(
    ("expected", "sql"),
    [
        ("net_by_platform", "select platform_name, sum(net_revenue_usd) from revenue_transactions join platforms using (platform_id) group by 1"),
        ("net_by_artist", "select artist_name, sum(net_revenue_usd) from kpi_revenue_by_artist group by 1"),
        ("net_by_sale_month", "select strftime(sale_month, '%Y-%m'), net_revenue_usd from kpi_revenue_by_sale_month"),
        ("net_by_reporting_month", "select strftime(reporting_month, '%Y-%m'), net_revenue_usd from kpi_revenue_by_reporting_month"),
        ("lines_by_type", "select transaction_type, count(*) from revenue_transactions group by 1"),
        ("net_by_type", "select transaction_type, sum(net_revenue_usd) from revenue_transactions group by 1"),
        ("quantity_by_platform", "select platform_name, sum(quantity) from kpi_revenue_by_platform group by 1"),
        *(
            ("net_by_type", f"""
                unpivot (
                    select sum(gross_revenue_usd) as sale, sum(promotion_fees_usd) as promotion_fee, sum(refunds_usd) as refund,
                        sum(penalties_usd) as penalty, sum(adjustments_usd) as adjustment from {mart}
                ) on * into name type value usd
             """)
            for mart in (
                "kpi_revenue_by_platform", "kpi_revenue_by_artist", "kpi_revenue_by_track", "kpi_revenue_by_distributor",
                "kpi_revenue_by_territory", "kpi_revenue_by_sale_month", "kpi_revenue_by_reporting_month",
                "kpi_revenue_by_month where clock = 'sale_month'",
            )
        ),
    ],
)  # fmt: skip
def test_revenue_by_every_dimension(con: duckdb.DuckDBPyConnection, totals: Totals, expected: str, sql: str) -> None:
    assert pairs(con, sql) == getattr(totals.ledger, expected)


def test_an_unknown_store_is_unknown_and_listed_with_its_money(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    listed = con.execute("select value, row_count, amount_usd from monitoring.unmatched where kind = 'store'").fetchall()
    assert listed == [("Example Beats FM", totals.ledger.unknown_store_lines, totals.ledger.unknown_store_net_usd)]
    assert (
        con.execute("select sum(net_revenue_usd) from revenue_transactions where platform_id = 0").fetchone()[0] == listed[0][2]
    )


def test_the_goal_query_as_analysts_write_it(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    asked = con.execute("select sum(stream_count) from content_streams where data_source in ('distrokid', 'toolost')").fetchone()[
        0
    ]
    assert asked == totals.streams.total
    assert con.execute("select stream_count from kpi_stream_goal").fetchone()[0] == totals.streams.total


def test_streams_by_source_platform_and_month(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    found: dict = {}
    for source, platform, streams, days in con.execute(
        "select data_source, platform_name, sum(stream_count), count(*) from content_streams join platforms using (platform_id) group by 1, 2"
    ).fetchall():
        found.setdefault(source, {})[platform] = (streams, days)
    expected = {
        source: {platform: (count, totals.streams.days[source][platform]) for platform, count in platforms.items()}
        for source, platforms in totals.streams.by_source_platform.items()
    }
    assert found == expected
    assert pairs(con, "select strftime(stream_month, '%Y-%m'), stream_count from kpi_streams_monthly") == totals.streams.by_month


def test_revenue_per_stream_as_the_readme_writes_it_is_the_kpi(con: duckdb.DuckDBPyConnection) -> None:
    readme = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
    sql = readme.partition("-- revenue per stream")[2].partition("\n")[2].partition(";")[0]
    asked = pairs(con, sql)
    assert asked and asked == pairs(con, "select platform_name, net_revenue_per_stream_usd from kpi_revenue_per_stream")


def test_what_a_line_states_and_what_it_means_have_names_of_their_own(con: duckdb.DuckDBPyConnection) -> None:
    joined = con.execute(
        """
        select distinct country_as_stated, country_code, country_name, isrc_as_stated = isrc, upc_as_stated = upc, store_as_stated <> ''
        from revenue_transactions join territories using (territory_id) join tracks using (track_id) where country_code = 'NA'
        """
    ).fetchall()
    assert joined == [("NA", "NA", "Namibia", True, True, True)]


def test_campaigns_parse_and_total_as_the_generator_knows(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    found = con.execute(
        """
        select c.external_campaign_id, k.campaign_name, c.parsed_artist, c.parsed_track, c.parsed_targeting,
            k.spend_usd, k.spend_usd - k.spend_undated_usd, k.spend_undated_usd, k.impressions, k.clicks
        from kpi_campaign_performance as k join campaigns as c using (campaign_id) order by k.campaign_name, 1
        """
    ).fetchall()
    expected = [
        (
            one.external_campaign_id, one.campaign_name, one.parsed_artist, one.parsed_track, one.parsed_targeting,
            one.spend_usd, one.spend_dated_usd, one.spend_undated_usd, one.impressions, one.clicks,
        )
        for one in sorted(totals.campaigns, key=lambda one: (one.campaign_name, one.external_campaign_id))
    ]  # fmt: skip
    assert found == expected


def test_ads_managers_totals_rows_and_days_that_the_api_states_are_set_aside(con: duckdb.DuckDBPyConnection) -> None:
    counted = """
        select source_table, rows_landed, rows_superseded, rows_in_mart, rows_set_aside
        from monitoring.row_accounting where source_table like 'meta_ads.manager%' order by 1
    """
    (_, days, *_, of_api), (_, ranges, in_api_windows, by_hand, totals_rows) = con.execute(counted).fetchall()
    assert days == of_api == 7 + 1
    assert (ranges, in_api_windows, by_hand, totals_rows) == (8, 5, 2, 1)


def test_the_three_way_join_runs_and_multiplies(con: duckdb.DuckDBPyConnection) -> None:
    joined, right = con.execute(
        """
        select
            (select sum(a.spend_usd) from campaigns c join ad_performance_daily a using (campaign_id)
             join conversion_events e using (campaign_id)),
            (select sum(spend_usd) from kpi_campaign_performance)
        """
    ).fetchone()
    assert joined > right


def test_expenses_by_category(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    found = {
        category: (lines, amount)
        for category, lines, amount in con.execute(
            "select category, count(*), sum(amount_usd) from business_expenses where payment_method like 'card%' group by 1"
        ).fetchall()
    }
    assert found == {category: (one.lines, one.amount_usd) for category, one in totals.expenses.items()}


def test_tiktok_by_handle(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    for handle, one in totals.tiktok.items():
        found = con.execute(
            """
            select count(*) filter (where likes_received is not null), sum(video_views), count(video_views), sum(profile_views),
                sum(likes_received), sum(comments_received), sum(shares), sum(new_followers), count(new_followers)
            from tiktok_metrics where account_handle = ?
            """,
            [handle],
        ).fetchone()
        assert found == (
            one.days, one.video_views, one.video_views_known_days, one.profile_views, one.likes, one.comments, one.shares,
            one.new_followers, one.new_followers_known_days,
        ), handle  # fmt: skip


def test_linktree_and_audience(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    assert con.execute("select count(*), sum(total_views), sum(total_clicks) from linktree_metrics").fetchone() == (
        totals.linktree.days, totals.linktree.total_views, totals.linktree.total_clicks,
    )  # fmt: skip
    known = {name: count for name, count in totals.audience_streams.items() if not name.startswith("0demo")}
    assert (
        pairs(
            con,
            "select artist_name, sum(streams) from spotify_audience_daily join artists using (artist_id) where artist_id > 0 group by 1",
        )
        == known
    )


def test_submissions_by_state_and_clicks_by_service(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    expected = totals.submissions
    assert pairs(con, "select status, count(*) from submissions group by 1") == expected.by_status
    assert con.execute("select sum(listen_seconds) from submissions").fetchone()[0] == expected.listen_seconds
    unknown = "select count(*), count(song_id), max(artist_id) from submissions where song_title = 'GHOST SIGNAL'"
    assert con.execute(unknown).fetchone() == (expected.unknown_song, 0, 0)
    assert con.execute("select count(*) from submissions where artist_id = 0").fetchone()[0] == expected.unknown_song
    listed = con.execute("select value, row_count from monitoring.unmatched where source = 'submithub'").fetchall()
    assert listed == [("GHOST SIGNAL", expected.unknown_song)]
    clicks = "select platform_name, sum(clicks) from smart_link_clicks join platforms using (platform_id) group by 1"
    assert pairs(con, clicks) == expected.link_clicks


def test_own_conversions_by_source(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    found = con.execute(
        """
        select data_source, count(*), sum(conversions), sum(conversion_value_usd) from conversion_events
        where data_source <> 'meta_ads' group by 1
        """
    ).fetchall()
    expected = {(name, one.rows, one.conversions, one.value_usd) for name, one in totals.conversions.items()}
    assert set(found) == expected
    claimed = "select rows_landed, rows_superseded, rows_set_aside from monitoring.row_accounting where source_table = 'conversions.pixel'"
    landed, retries, left_out = con.execute(claimed).fetchone()
    assert landed == totals.conversions["pixel"].rows + retries + left_out and retries and left_out
    named = "select data_source, count(distinct campaign_id) from conversion_events where data_source <> 'meta_ads' group by 1"
    assert pairs(con, named) == {"promo": 1, "utm": 1, "pixel": 1}
    listed = "select kind, value from monitoring.unmatched where source = 'conversions' order by 1"
    assert con.execute(listed).fetchall() == [
        ("currency", "EUR"), ("event_name", "quiz_finished"), ("promo_code", "GHOST20"), ("utm_campaign", "summer letter"),
    ]  # fmt: skip


def test_every_artist_name_is_in_capitals(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("select count(*), count(*) filter (where artist_name = upper(artist_name)) from artists").fetchone() == (
        7,
        7,
    )


def test_youtube_by_channel(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    days = """
        select upper(channel_title), count(*), sum(views), sum(comparable_views), sum(watch_minutes), sum(likes),
            sum(subscribers_net)
        from youtube_channel_daily group by 1
    """
    found = {title: tuple(figures) for title, *figures in con.execute(days).fetchall()}
    assert found == {
        title: (one.days, one.views, one.comparable_views, one.watch_minutes, one.likes, one.subscribers_net)
        for title, one in totals.youtube.items()
    }
    videos = """
        select upper(channel_title), count(distinct video_id), count(*), sum(views)
        from youtube_video_daily group by 1
    """
    found = {title: tuple(figures) for title, *figures in con.execute(videos).fetchall()}
    assert found == {title: (one.videos, one.video_days, one.video_views) for title, one in totals.youtube.items()}
    artists = "select distinct channel_title, artist_name from youtube_channel_daily join artists using (artist_id)"
    assert pairs(con, artists) == {"PIG1987": "PIG1987", "Zone A0": "ZONE A0", "Example Label TV": "UNKNOWN"}
    assert con.execute("select value from monitoring.unmatched where source = 'youtube'").fetchall() == [("Example Label TV",)]
    hidden = con.execute("select video_title from youtube_videos where likes_total is null").fetchall()
    assert hidden == [("THE STATE OF THE WORLD",)]


def test_email_campaigns_and_lists(con: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    email = totals.email
    found = con.execute(
        """
        select count(*), sum(emails_sent), sum(emails_sent - emails_delivered), sum(opens), sum(proxy_excluded_opens),
            sum(clicks), sum(unsubscribes)
        from email_campaigns
        """
    ).fetchone()
    assert found == (
        email.campaigns, email.emails_sent, email.bounces, email.opens, email.proxy_excluded_opens, email.clicks,
        email.unsubscribes,
    )  # fmt: skip
    assert pairs(con, "select list_name, count(*) from email_list_growth group by 1") == email.list_months
    assert pairs(con, "select list_name, subscribers_total from email_lists") == email.subscribers
    newest = "select list_name, max_by(subscribers_total, growth_month) from email_list_growth group by 1"
    assert pairs(con, newest) == email.subscribers


def test_what_must_never_be_stored_is_nowhere(demo: Path, totals: Totals) -> None:
    for path in demo.rglob("*"):
        if path.is_file() and "demo" not in path.relative_to(demo).parts[0]:
            content = path.read_bytes()
            assert not any(text.encode() in content for text in totals.never_stored), path


def test_landing_everything_again_changes_no_mart_row(demo_copy: Path) -> None:
    marts = "select table_name from information_schema.tables where table_schema = 'marts' order by 1"

    def contents() -> dict[str, list]:
        with published(demo_copy) as con:
            return {
                name: sorted(con.execute(f'select * from marts."{name}"').fetchall(), key=repr)
                for (name,) in con.execute(marts).fetchall()
            }

    before = contents()
    ended = cli(demo_copy, "demo")
    assert ended.returncode == 0, ended.stderr
    assert "landed" not in ended.stdout.splitlines()[1].split()[0:1]
    assert contents() == before


def test_the_published_file_holds_every_mart_under_its_short_name(con: duckdb.DuckDBPyConnection) -> None:
    schemas = {name for (name,) in con.execute("select distinct schema_name from duckdb_schemas() where not internal").fetchall()}
    assert schemas == {"marts", "monitoring", "seeds", "intermediate", "staging"}
    marts = {name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()}
    views = {
        name
        for (name,) in con.execute("select view_name from duckdb_views() where not internal and schema_name = 'main'").fetchall()
    }
    assert views == marts | {"kpi_revenue_by_month"} and "content_streams" in marts


def test_the_deprecated_mart_has_both_clocks_of_the_marts_that_replace_it(con: duckdb.DuckDBPyConnection) -> None:
    months = "select {}, line_count, net_revenue_usd, is_reported from {} order by 1"
    for clock, mart, month in (
        ("sale_month", "kpi_revenue_by_sale_month", "sale_month"),
        ("reporting_date", "kpi_revenue_by_reporting_month", "reporting_month"),
    ):
        old = con.execute(months.format("revenue_month", f"kpi_revenue_by_month where clock = '{clock}'")).fetchall()
        assert old and old == con.execute(months.format(month, mart)).fetchall()


def test_every_published_table_and_column_carries_its_description(con: duckdb.DuckDBPyConnection) -> None:
    published = "schema_name in ('main', 'marts', 'monitoring') and not internal"
    described = con.execute(
        f"select count(*), count(nullif(comment, '')) from (select comment from duckdb_tables() where {published}"
        f" union all select comment from duckdb_views() where {published})"
    ).fetchone()
    assert described[0] == described[1] > 90
    bare = con.execute(f"select table_name, column_name from duckdb_columns() where {published} and coalesce(comment, '') = ''")
    assert bare.fetchall() == []
    same = "select comment from duckdb_columns() where table_name = 'artists' and column_name = 'artist_id' and schema_name in ('main', 'marts')"
    assert len(set(con.execute(same).fetchall())) == 1


def test_money_is_decimal_in_every_mart(con: duckdb.DuckDBPyConnection) -> None:
    kinds = pairs(
        con, "select table_name || '.' || column_name, data_type from information_schema.columns where table_schema = 'marts'"
    )
    rates = ("cpm", "cpc", "ctr", "per_")
    money = {name: kind for name, kind in kinds.items() if name.endswith("_usd") and not any(rate in name for rate in rates)}
    assert money and set(money.values()) == {"DECIMAL(24,12)"}
