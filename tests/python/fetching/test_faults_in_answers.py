"""What goes wrong with an API's answers: bounded tries, time and size; whole answers or an error, from its own hosts alone."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_platforms.server import Portal, Reply, answer, page, redirect

from common import secrets
from common.errors import LoaderError, MissingError, PersonNeededError, TransientError, UnavailableError
from common.settings import Settings
from loaders.fetching import http
from loaders.fetching.http import Api, joined
from loaders.fetching.retries import Patience

ROWS = {"rows": [{"amount": 0.10, "day": "2026-05-01"}]}


@pytest.fixture
def portal() -> Iterator[Portal]:
    made = Portal()
    made.on("GET", "/v1/rows")(lambda _: answer('{"rows":[{"amount":0.10,"day":"2026-05-01"}]}'))
    with made:
        yield made


@pytest.fixture
def patience(tmp_path: Path) -> Patience:
    made = Settings(
        data_dir=tmp_path, _env_file=None, answer_seconds=1, failing_seconds=4, throttle_seconds=4, retry_seconds=0.01, tries=3
    )
    return Patience(made, "newsource")


def api(portal: Portal, patience: Patience, **more: object) -> Api:
    return Api(f"{portal.url}/v1", [], patience, **more)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("throttle", {"seconds": 1}),
        ("throttle_date", {"seconds": 1}),
        ("status", {"status": 500}),
        ("status", {"status": 503, "headers": {"Retry-After": "0"}}),
        ("reset", {}),
        ("cut", {}),
        ("cut_gzip", {}),
        ("drip", {}),
        ("hang", {"seconds": 3}),
        ("empty", {}),
    ],
)
def test_what_passes_is_tried_again(portal: Portal, patience: Patience, kind: str, options: dict) -> None:
    portal.fail("/v1/rows", kind, times=1, **options)
    assert api(portal, patience).get("/rows").document == ROWS
    assert len(portal.requests) == 2


@pytest.mark.parametrize("body", ['{"rows": [{"amou', "[" * 100_000, "[]", "<h1>Maintenance</h1>"])
def test_a_judge_reads_the_fields_of_any_answer(portal: Portal, patience: Patience, body: str) -> None:
    replies = iter([answer(body), answer({"error": {"code": 4}})])
    portal.on("GET", "/v1/judged")(lambda _: next(replies, answer(ROWS)))
    met: list[dict] = []

    def judge(one: http.Answer) -> Exception | None:
        met.append(one.fields)
        return TransientError("judged") if not one.fields.get("rows") else None

    assert api(portal, patience, judge=judge).get("/judged").document == ROWS
    assert met == [{}, {"error": {"code": 4}}, ROWS]


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("status", {"status": 500}, "answered with 500, 3 times"),
        ("reset", {}, "the connection failed (ReadError), 3 times"),
        ("cut", {}, "the connection failed (RemoteProtocolError), 3 times"),
        ("cut_gzip", {}, "a packed answer that ends in the middle, 3 times"),
        ("drip", {}, "no whole answer within 1 s, 3 times"),
        ("endless", {}, "no whole answer within 1 s, 3 times"),
        ("empty", {}, "an empty answer, 3 times"),
        ("throttle", {"seconds": 7200}, "asks to wait 2.0 h; nothing more is asked before"),
        ("status", {"status": 400}, "refused (400)"),
    ],
)
def test_what_does_not_pass_ends_in_time(portal: Portal, patience: Patience, kind: str, options: dict, told: str) -> None:
    portal.fail("/v1/rows", kind, **options)
    started = time.monotonic()
    with pytest.raises(UnavailableError, match=r".*") as caught:
        api(portal, patience).get("/rows")
    assert told in str(caught.value)
    assert time.monotonic() - started < 8
    assert len(portal.requests) <= 3


def test_throttle_waits_are_counted_apart_from_failing_calls(portal: Portal, patience: Patience) -> None:
    portal.fail("/v1/rows", "throttle", times=3, seconds=1)
    started = time.monotonic()
    assert api(portal, patience).get("/rows").document == ROWS
    assert time.monotonic() - started > 3
    assert patience.failing > 3.5 and patience.throttled < 1.1


def test_failing_time_is_one_budget_for_a_source(portal: Portal, patience: Patience) -> None:
    portal.fail("/v1/rows", "hang", seconds=3)
    patience.failing = 1.5
    one = api(portal, patience)
    for _ in range(2):
        with pytest.raises(UnavailableError):
            one.get("/rows")
    assert patience.failing <= 0 and len(portal.requests) <= 3
    asked = len(portal.requests)
    with pytest.raises(UnavailableError, match="/v1/other: not asked; failing calls have used up their 4 s"):
        one.get("/other")
    assert len(portal.requests) == asked


def test_an_expired_token_is_renewed_once_and_a_revoked_one_needs_a_person(portal: Portal, patience: Patience) -> None:
    portal.on("GET", "/v1/mine")(
        lambda request: answer(ROWS) if request.headers.get("authorization") == "Bearer fresh-token" else answer({}, 401)
    )
    renewed: list[bool] = []

    def authorize(renew: bool) -> dict[str, str]:
        renewed.append(renew)
        return {"Authorization": "Bearer fresh-token" if True in renewed else "Bearer stale-token"}

    assert api(portal, patience, authorize=authorize).get("/mine").document == ROWS
    assert renewed == [False, True]
    portal.requests.clear()
    portal.on("GET", "/v1/never")(lambda _: answer({"message": "revoked"}, 401))
    tokens = iter("abcdef")
    with pytest.raises(PersonNeededError, match="revoked"):
        api(portal, patience, authorize=lambda _: {"Authorization": f"Bearer {next(tokens)}"}).get("/never")
    assert len(portal.requests) == 2


@pytest.mark.parametrize(("status", "error"), [(401, PersonNeededError), (403, PersonNeededError), (404, MissingError)])
def test_what_trying_again_can_not_help_is_asked_once(
    portal: Portal, patience: Patience, status: int, error: type[LoaderError]
) -> None:
    portal.fail("/v1/rows", "status", status=status)
    with pytest.raises(error):
        api(portal, patience).get("/rows")
    assert len(portal.requests) == 1


def test_redirects_stay_on_the_platform(portal: Portal, patience: Patience) -> None:
    with Portal() as elsewhere:
        portal.on("GET", "/v1/moved")(lambda _: redirect("/v1/rows"))
        portal.on("GET", "/v1/away")(lambda _: redirect(f"{elsewhere.url}/rows"))
        portal.on("GET", "/v1/wall")(lambda _: redirect("/login?next=rows"))
        one = api(portal, patience, authorize=lambda _: {"Authorization": "Bearer secret-token"})
        assert one.get("/moved").document == ROWS
        with pytest.raises(UnavailableError, match="names another host"):
            one.get("/away")
        with pytest.raises(PersonNeededError, match="login page"):
            one.get("/wall")
        assert elsewhere.requests == []


def test_pages_follow_to_the_end_and_stop_at_circles_and_other_hosts(portal: Portal, patience: Patience) -> None:
    with Portal() as elsewhere:
        pages = {"": "2", "2": "3", "3": None, "circle": "circle", "away": f"{elsewhere.url}/v1/list"}
        portal.on("GET", "/v1/list")(
            lambda request: answer({"at": request.query.get("page", ""), "next": pages[request.query.get("page", "")]})
        )

        def following(got: http.Answer) -> str | dict | None:
            step = got.document["next"]
            return {"page": step} if step and "://" not in step else step

        one = api(portal, patience)
        assert [got.document["at"] for got in one.pages("/list", {}, following)] == ["", "2", "3"]
        with pytest.raises(UnavailableError, match="there before"):
            list(one.pages("/list", {"page": "circle"}, following))
        with pytest.raises(UnavailableError, match="names another host"):
            list(one.pages("/list", {"page": "away"}, following))
        assert elsewhere.requests == []


def test_an_answer_that_unpacks_without_an_end_is_stopped(
    portal: Portal, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "DOCUMENT_LIMIT_BYTES", 1 << 20)
    bomb = gzip.compress(b" " * (8 << 20))
    portal.on("GET", "/v1/bomb")(lambda _: Reply(bomb, 200, {"Content-Encoding": "gzip"}))
    portal.on("GET", "/v1/large")(lambda _: Reply(b" " * (2 << 20)))
    for path in ("/bomb", "/large"):
        with pytest.raises(UnavailableError, match="stopped"):
            api(portal, patience).get(path)


def test_pages_are_joined_as_they_were_received() -> None:
    assert joined([b'{"n":0.10}', b'{"n":1e400}']) == b'[{"n":0.10},\n{"n":1e400}]'


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://host/a?access_token=EAAB12345&limit=5", "https://host/a?access_token=***&limit=5"),
        (
            r'{"next":"https:\/\/host\/a?limit=5&access_token=EAAB\u00261"}',
            r'{"next":"https:\/\/host\/a?limit=5&access_token=***\u00261"}',
        ),
        ("GET /file?X-Amz-Signature=abc123&x=1", "GET /file?X-Amz-Signature=***&x=1"),
        ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer ***"),
        ("typed canary-password-9 there", "typed *** there"),
        ("https://host/song?code=NEON&key=C", "https://host/song?code=***&key=***"),
    ],
)
def test_secrets_are_struck_out(text: str, kept: str) -> None:
    secrets.register("canary-password-9")
    assert secrets.strike(text) == kept


def test_landed_bytes_keep_what_is_no_secret() -> None:
    sent = b'{"link":"https://host/song?code=NEON10&key=C","next":"https://host/a?access_token=EAAB1"}'
    assert (
        secrets.strike_bytes(sent) == b'{"link":"https://host/song?code=NEON10&key=C","next":"https://host/a?access_token=***"}'
    )


def test_a_page_of_another_kind_is_no_answer(portal: Portal, patience: Patience) -> None:
    portal.on("GET", "/v1/page")(lambda _: page("<h1>Log in</h1>"))
    with pytest.raises(PersonNeededError, match="answered with a page instead of data: a login or a captcha") as caught:
        api(portal, patience).get("/page")
    assert caught.value.exit_code == 4 and len(portal.requests) == 1
