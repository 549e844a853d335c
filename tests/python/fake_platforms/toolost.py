"""TooLost on loopback: a portal drawn by script, a JWT in local storage, analytics answers, notices with attachments."""

from __future__ import annotations

import base64
import json
import secrets
import time
from datetime import date, timedelta
from typing import Any

from fake_platforms.server import Portal, Reply, Request, answer, download, page

EMAIL, PASSWORD, CODE = "owner@label.example", "canary-password-tl-52", "314159"
SESSION_SECONDS = 7 * 86_400
PICKER = "Last 7 Days", "Last 30 Days", "This Year", "Last Year"
DATES = {"Last 7 Days": "last7Days", "Last 30 Days": "last30Days", "This Year": "thisYear", "Last Year": "lastYear"}

LOGIN_PAGE = """<title>Login</title><form id=login><input type=email name=email><input type=password name=password>
<button type=submit>Login</button></form><form id=second hidden>Enter the code <input name=code><button>Verify</button></form><script>
const send = async (address, form) => (await fetch(address, {method: 'POST', body: new URLSearchParams(new FormData(form))})).json();
const enter = found => { if (found.token) { localStorage.setItem('auth-token', JSON.stringify({jwt: found.token}));
  location = '/user-portal/analytics/platform'; } };
login.onsubmit = async event => { event.preventDefault(); const found = await send('/api/login', login); enter(found);
  if (found.half) { login.remove(); second.hidden = false; second.dataset.half = found.half; personAt(second, {code: '%(code)s'}); } };
second.onsubmit = async event => { event.preventDefault(); enter(await send('/api/login/code?half=' + second.dataset.half, second)); };
const personAt = (form, values) => { if (%(person)s) setTimeout(() => { for (const name in values) form.elements[name].value = values[name];
  form.requestSubmit(); }, 300); };
personAt(login, {email: '%(email)s', password: '%(password)s'});
</script>"""

SHELL = """<title>TooLost</title><div id=app></div><script>
const token = JSON.parse(localStorage.getItem('auth-token') || '{}').jwt;
const ends = token ? JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp : 0;
const ask = async address => { const got = await fetch(address, {headers: {Authorization: 'Bearer ' + token}});
  if (%(leaves)s && got.status === 401) setTimeout(() => location = '/login', 400); return got; };
if (%(looks)s && ends < %(now)d) location = '/login'; else { app.innerHTML =
  "<nav><a href='/user-portal/analytics/platform'>Analytics</a> <a href='/user-portal/notifications'>Notifications</a></nav><main id=main></main>";
  (%(draw)s)(document.getElementById('main')); }
</script>"""

ANALYTICS = """main => {
  const chosen = {date: '%(first)s', platform: 'Spotify'}, dates = %(dates)s;
  main.innerHTML = "<div role=button class=date-picker><span></span></div><div role=button class=v-select><span></span></div><div id=chart></div>";
  const [picker, platform] = main.children;
  const load = async () => { picker.firstChild.textContent = chosen.date; platform.firstChild.textContent = chosen.platform;
    const part = chosen.platform === 'Spotify' ? 'spotify' : 'apple/';
    const got = await ask('/api/portal/analytics/' + part + '?release=%(release)s&date=' + dates[chosen.date]);
    document.getElementById('chart').textContent = got.status; };
  const menu = (opener, name, labels) => opener.onclick = () => setTimeout(() => { const list = document.createElement('div');
    for (const label of labels) { const one = document.createElement('div'); one.className = 'd-flex align-center flex-row';
      one.textContent = label; one.onclick = () => { list.remove(); chosen[name] = label; load(); }; list.append(one); }
    document.body.append(list); }, 80);
  menu(picker, 'date', %(offered)s); menu(platform, 'platform', %(platforms)s); load();
}"""

NOTIFICATIONS = """async main => {
  const save = async number => { const got = await ask('/api/portal/attachments/' + number);
    if (!got.ok) return;
    const link = document.createElement('a'); link.href = URL.createObjectURL(await got.blob());
    link.download = got.headers.get('X-Name'); link.click(); };
  for (const [number, text, attached] of await (await ask('/api/portal/notifications')).json()) {
    const block = document.createElement('div'); block.className = 'pa-4';
    block.innerHTML = "<div class='body-1 font-weight-bold mb-1'></div><div>2 days ago</div>"; block.firstChild.textContent = text;
    if (attached) { const button = document.createElement('button'); button.innerHTML = '<i></i><span>%(button)s</span>';
      button.style.textTransform = 'uppercase'; button.onclick = () => save(number); block.append(button); }
    main.append(block); }
}"""


class TooLost(Portal):
    """One label's TooLost. `person`: somebody sits at the login page; `ahead`: seconds that the portal's clock has gone on.

    looks_at_token: its page goes to the login page by itself when the token has ended; leaves: when an answer says so.
    """

    def __init__(self, today: date, person: bool = False, second_factor: bool = True) -> None:
        super().__init__()
        self.today, self.person, self.second_factor = today, person, second_factor
        self.ahead, self.looks_at_token, self.leaves = 0, True, True
        self.tokens: dict[str, float] = {}
        self.halfway: set[str] = set()
        self.release, self.first, self.button = "", PICKER[0], "Attachment"
        self.offered, self.platforms = list(PICKER[:3]), ["Spotify", "Apple"]
        self.spotify = {day: 900 + number % 41 for number, day in enumerate(self.days(2))}
        self.apple = {day: 20 + number % 9 for number, day in enumerate(self.days(4))}
        for quiet in (date(today.year, 2, 11), date(today.year, 3, 2)):
            self.spotify.pop(quiet, None)
            self.apple.pop(quiet, None)
        self.discovery = [{"date": f"{today.year}-04-01", "streams": "830", "fees": "0.41230000"}]
        self.notices: list[tuple[int, str, bool]] = [(9, "Your release THE ARCHIVE is live", False)]
        self.reports: dict[int, tuple[str, str]] = {}
        self.on("GET", "/login")(lambda _: page(LOGIN_PAGE % self.person_values))
        self.on("POST", "/api/login")(self.log_in)
        self.on("POST", "/api/login/code")(self.enter_code)
        self.on("GET", "/user-portal/analytics/platform")(lambda _: self.shell(self.analytics_script()))
        self.on("GET", "/user-portal/notifications")(lambda _: self.shell(NOTIFICATIONS % {"button": self.button}))
        self.on("GET", "/api/portal/analytics/(spotify|apple/)")(self.inside(self.analytics))
        self.on("GET", "/api/portal/notifications")(self.inside(lambda _: answer(self.notices)))
        self.on("GET", "/api/portal/attachments/([0-9]+)")(self.inside(self.attachment))
        self.on("GET", "/(?:favicon.ico)?")(lambda _: page("<h1>Music distribution</h1><a href='/login'>Login</a>"))

    @property
    def now(self) -> float:
        """The portal's clock."""
        return time.time() + self.ahead

    @property
    def person_values(self) -> dict[str, str]:
        """What a person at the login page types, if somebody is there."""
        return {"person": json.dumps(self.person), "email": EMAIL, "password": PASSWORD, "code": CODE}

    def days(self, behind: int, year: int | None = None) -> list[date]:
        """The days of a year that the portal knows."""
        first = date(year or self.today.year, 1, 1)
        last = min(self.today - timedelta(days=behind), date(first.year, 12, 31))
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def add_report(self, month: str, number: int, name: str | None = None, quantity: int = 12) -> None:
        """Put a sales report on top of the notifications."""
        header = "Statement Period,Sale Period,Store,ISRC,Quantity,Net Amount,Currency\r\n"
        self.reports[number] = (
            name or f"{month}-{number}.csv",
            f"{header}{month},2026-03,Spotify,QZABC2500004,{quantity},0.0377,USD\r\n",
        )
        self.notices.insert(0, (number, f"Your ({month}) Sales report has been generated", True))

    # ------------------------------------------------------------------ logging in

    def log_in(self, request: Request) -> Reply:
        if request.form.get("email") != EMAIL or request.form.get("password") != PASSWORD:
            return answer({"message": "wrong"}, 422)
        if not self.second_factor:
            return self.let_in()
        half = secrets.token_hex(16)
        self.halfway.add(half)
        return answer({"half": half})

    def enter_code(self, request: Request) -> Reply:
        is_right = request.query.get("half") in self.halfway and request.form.get("code") == CODE
        return self.let_in() if is_right else answer({"message": "wrong"}, 422)

    def let_in(self) -> Reply:
        ends = int(self.now) + SESSION_SECONDS
        parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": "1987", "exp": ends}]
        head, body = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
        token = f"{head}.{body}.canary-jwt-{secrets.token_hex(8)}"
        self.tokens[token] = ends
        return answer({"token": token})

    def inside(self, handler):  # noqa: ANN001, ANN202
        """Answer those whose token has not ended."""

        def handle(request: Request, *found: str) -> Reply:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if self.tokens.get(token, 0) < self.now:
                return answer({"message": "Unauthenticated."}, 401)
            return handler(request, *found)

        return handle

    # ------------------------------------------------------------------ what is shown

    def shell(self, script: str) -> Reply:
        """The portal's one page, which draws itself."""
        values = {"looks": json.dumps(self.looks_at_token), "leaves": json.dumps(self.leaves), "now": self.now, "draw": script}
        return page(SHELL % values)

    def analytics_script(self) -> str:
        return ANALYTICS % {
            "first": self.first, "dates": json.dumps(DATES), "release": self.release,
            "offered": json.dumps(self.offered), "platforms": json.dumps(self.platforms),
        }  # fmt: skip

    def analytics(self, request: Request, platform: str) -> Reply:
        """An answer: days in no order, streams as text for Spotify and as numbers for Apple."""
        series = self.limited(self.spotify if platform == "spotify" else self.apple, request)
        listed: list[dict[str, Any]] = [{"date": str(day), "streams": streams} for day, streams in series.items()]
        listed = listed[1::2] + listed[::2]
        if platform == "spotify":
            texts = [one | {"streams": str(one["streams"])} for one in listed]
            return answer({"streams": texts, "discovery": self.discovery if request.query["date"] == "thisYear" else []})
        total = sum(series.values())
        track = {
            "isrc": "QZABC2500004",
            "streams": total,
            "track": "GLASS CITY",
            "release": "THE ARCHIVE",
            "cover": "https://images.example.com/1.jpg",
        }
        return answer({
            "totalStreams": listed, "totalShazam": [{"date": str(min(series)), "streams": "1"}] if series else [],
            "tracksTotal": [track], "countryTotal": [{"country": "US", "streams": total}], "streamTotal": total,
        })  # fmt: skip

    def limited(self, series: dict[date, int], request: Request) -> dict[date, int]:
        """The days that are asked for; a release has a third of the streams."""
        period, year = request.query["date"], self.today.year
        if period in ("thisYear", "lastYear"):
            kept = {day: one for day, one in series.items() if day.year == year - (period == "lastYear")}
        else:
            kept = dict(sorted(series.items())[-7:])
        return {day: one // 3 for day, one in kept.items()} if request.query.get("release") else kept

    def attachment(self, request: Request, number: str) -> Reply:
        name, text = self.reports[int(number)]
        reply = download(text.encode(), name, "text/csv")
        reply.headers["X-Name"] = name
        return reply
