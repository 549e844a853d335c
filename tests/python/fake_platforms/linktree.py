"""Linktree on loopback: a login of three steps, and an analytics page that is told much more than analytics."""

from __future__ import annotations

import json
import secrets
from datetime import date, timedelta
from typing import Any

from demo.linktree_answers import LINKS, Day, audience, links, overview, socials, subscribers
from fake_platforms.distrokid import PERSON
from fake_platforms.server import Portal, Reply, Request, answer, page, redirect

USER, PASSWORD, CODE = "canary-owner@label.example", "canary-password-lt-63", "161803"
RANGES = {"last-7-days": 7, "last-28-days": 28, "last-90-days": 90, "last-365-days": 365}
PRIVATE = {
    "email": USER, "paymentEmail": "canary-payment@label.example", "walletBalance": "canary-wallet-12.50",
    "stripe": {"account": "acct_canary", "token": "canary-stripe-token"}, "chat": [{"said": "canary-chat"}],
}  # fmt: skip
MARKETING = "<title>Linktree</title><h1>Everything you are. In one simple link.</h1><a href='/login'>Log in</a>"
HEADER = "<title>Insights</title><nav><a href='/admin'>Links</a> <a href='/admin/analytics'>Insights</a></nav>"
WAITS_FOR_USER = """<script>setInterval(() => { if (document.getElementById('identifier').value.includes('@'))
  document.forms[0].submit(); }, 200)</script>"""


class Linktree(Portal):
    """One account's Linktree. `longest`: the longest range of its plan; `delays`: how long each operation takes."""

    def __init__(self, today: date, person: bool = False, longest: str = "last-365-days") -> None:
        super().__init__()
        self.today, self.person, self.longest = today, person, longest
        self.sessions: set[str] = set()
        self.steps: dict[str, int] = {}
        self.daily, self.interval = "Daily", "DAILY"
        self.ends_early = False
        self.delays: dict[str, float] = {}
        self.failing: dict[str, Reply] = {}
        first = today - timedelta(days=399)
        self.days = {first + timedelta(days=n): Day(20 + n % 31, n % 23, 15 + n % 29, n % 19) for n in range(400)}
        self.on("GET", "/(?:favicon.ico)?")(lambda _: page(MARKETING))
        self.on("GET", "/login")(lambda _: page(self.form("user", "<input name=user id=identifier>")))
        self.on("POST", "/login")(self.step)
        self.on("GET", "/admin")(self.inside(lambda _: page(f"{HEADER}<h1>My links</h1>")))
        self.on("GET", "/admin/analytics")(self.inside(lambda _: self.analytics_page()))
        self.on("POST", "/graphql")(self.graphql)

    def form(self, step: str, fields: str) -> str:
        """A step of the login; a person goes through them once the user stands in the field."""
        person = WAITS_FOR_USER if step == "user" else PERSON.format(values={"password": PASSWORD, "code": CODE})
        form = f"<title>Log in</title><form method=post action=/login>{fields}<button type=submit>Go</button></form>"
        return form + (person if self.person else "")

    def step(self, request: Request) -> Reply:
        """Take a step's answer, show the next one, or let in."""
        form, half = request.form, request.cookies.get("lt_half", "")
        if form.get("user") == USER:
            half = secrets.token_hex(8)
            reply = page(self.form("password", "<input type=password name=password>"))
        elif form.get("password") == PASSWORD and self.steps.get(half) == 1:
            reply = page(self.form("code", "Enter the code we sent <input name=code>"))
        elif form.get("code") == CODE and self.steps.get(half) == 2:
            token = f"canary-cookie-{secrets.token_hex(16)}"
            self.sessions.add(token)
            return redirect("/admin", f"lt_session={token}; Path=/; HttpOnly; Max-Age=86400")
        else:
            return redirect("/login")
        self.steps[half] = self.steps.get(half, 0) + 1
        reply.cookies.append(f"lt_half={half}; Path=/; HttpOnly")
        return reply

    def inside(self, handler):  # noqa: ANN001, ANN202
        """Show a page to those who are logged in; send others to the login."""

        def handle(request: Request, *found: str) -> Reply:
            return handler(request, *found) if request.cookies.get("lt_session") in self.sessions else redirect("/login")

        return handle

    def analytics_page(self) -> Reply:
        """The page: a week by default; ranges of better plans are shown and can't be chosen; Daily asks again by day."""
        if self.ends_early:
            self.sessions.clear()
        allowed = RANGES[self.longest]
        ranges = "".join(
            f"<input type=radio name=range id={name} value={days} {'disabled' if days > allowed else ''}>"
            f"<label for={name}>{name}</label>"
            for name, days in RANGES.items()
        )
        plain, dated = ["AccountSettings", "LinkTitles"], ["Overview", "Links", "Socials", "Followers", "Audience"]
        return page(f"""{HEADER}<input class="input-datepicker-2" readonly value="Last 7 days" onclick="ranges.hidden = false">
            <div id=ranges hidden>{ranges}</div><button onclick="askAll('{self.interval}')">{self.daily}</button>
            <script>const today = '{self.today}';
              const ask = (operationName, variables) => fetch('/graphql', {{method: 'POST', body: JSON.stringify(
                {{operationName, variables, query: 'query ' + operationName + ' {{ ' + operationName + ' }}'}})}}).catch(() => 0);
              function askAll(interval) {{ const days = +(document.querySelector('input:checked') || {{value: 7}}).value;
                const first = new Date(Date.parse(today) - (days - 1) * 86400e3).toISOString().slice(0, 10);
                for (const one of {json.dumps(dated)}) ask('AccountAnalytics' + one,
                  {{input: {{startDate: first, endDate: today, interval}}, customerEmail: '{USER}', startToken: 'canary-start'}}); }}
              for (const one of {json.dumps(plain)}) ask(one, {{token: 'canary-variable-token'}});
              askAll('WEEKLY');</script>""")

    def graphql(self, request: Request) -> Reply:
        operation = request.document["operationName"]
        if request.cookies.get("lt_session") not in self.sessions:
            return answer({"errors": [{"extensions": {"code": "UNAUTHENTICATED"}}], "data": None})
        asked = request.document["variables"].get("input", {})
        reply = self.failing.get(operation) or answer({"data": self.data(operation, asked)})
        reply.delay = self.delays.get(f"{operation} {asked.get('startDate', '')}".strip(), 0.05)
        return reply

    def shown(self, asked: dict[str, str]) -> dict[date, Day]:
        """The days of a window; asked by week, only each week's first."""
        days = {day: one for day, one in self.days.items() if asked["startDate"] <= str(day) <= asked["endDate"]}
        return days if asked["interval"] == "DAILY" else dict(list(days.items())[::7])

    def data(self, operation: str, asked: dict[str, str]) -> dict[str, Any]:
        """What an operation is told."""
        if operation == "AccountSettings":
            return {"account": PRIVATE}
        if operation == "LinkTitles":
            return {
                f"link{one}": {"id": one, "title": title, "active": on, "owner": PRIVATE} for one, (title, on) in LINKS.items()
            }
        days = self.shown(asked)
        part = {
            "Overview": lambda: {"overview": overview(days) | {"account": PRIVATE}},
            "Links": lambda: {"links": [one | {"owner": PRIVATE} for one in links(days)]},
            "Socials": lambda: {"socials": socials(days)},
            "Followers": lambda: {"subscribers": subscribers(days) | {"list": [PRIVATE]}},
            "Audience": lambda: audience(sum(one.views for one in days.values())),
        }[operation.removeprefix("AccountAnalytics")]()
        root = "getFollowers" if operation.endswith("Followers") else "getAccountAnalytics"
        return {root: part | {"owner": PRIVATE}, "viewer": PRIVATE}
