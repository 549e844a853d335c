"""DistroKid on loopback: a login with a second factor, the bank page with its download, the two statistics pages."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from support.ledgers import ledger_b, sale

from demo.distrokid_pages import apple_page, streams_page
from demo.truth import Truth
from fake_platforms.server import Portal, Reply, Request, download, page, redirect

EMAIL, PASSWORD, CODE = "owner@label.example", "canary-password-dk-41", "271828"
HEADER = "<nav><a href='/mymusic/'>My music</a> <a href='/bank/'>Bank</a> <a href='/signout/'>Sign out</a></nav>"
SIGNED_OUT = "<h1>Upload &amp; sell your music</h1><a href='/signin/'>Sign in</a>"
# A person at the window: fills what is shown, as quickly as a person can.
PERSON = """<script>setTimeout(() => {{ for (const [name, value] of Object.entries({values})) {{
  document.getElementsByName(name).forEach(one => one.value = value); }} document.forms[0].submit(); }}, 300)</script>"""


class DistroKid(Portal):
    """One label's DistroKid. `person`: somebody sits at the login page and logs in, second factor and all."""

    def __init__(self, today: date, person: bool = False, second_factor: bool = True) -> None:
        super().__init__()
        self.today, self.person, self.second_factor = today, person, second_factor
        self.sessions: set[str] = set()
        self.halfway: set[str] = set()
        truth = Truth(1987, 1)
        first = today - timedelta(days=366)
        self.streams = {first + timedelta(days=number): 40 + number % 17 for number in range(365)}
        self.plays = {first + timedelta(days=number): 5 + number % 7 for number in range(365)}
        self.lines = [
            sale("2026-05-20", "2026-03", quantity=str(number + 1), earnings=f"0.0{number + 1:07d}") for number in range(40)
        ]
        self.truth = truth
        self.session_seconds = 86_400
        self.on("GET", "/signin/?")(self.sign_in_page)
        self.on("POST", "/signin/?")(self.sign_in)
        self.on("POST", "/signin/code")(self.enter_code)
        self.on("GET", "/signout/")(lambda _: self.sign_out())
        self.on("GET", "/mymusic/?")(self.inside(lambda _: page(f"<title>My Music</title>{HEADER}<h1>My Music</h1>")))
        self.on("GET", "/bank/")(self.inside(lambda _: page(f"{HEADER}<a href='/bank/details/'>See Excruciating Detail</a>")))
        self.on("GET", "/bank/details/")(self.inside(lambda _: page(self.bank_details_page())))
        self.on("GET", "/bank/details/download")(self.inside(self.bank_download))
        self.on("GET", "/stats/")(self.inside(self.statistics))
        self.on("GET", "/(?:favicon.ico)?")(lambda _: page(SIGNED_OUT))

    def inside(self, handler):  # noqa: ANN001, ANN202
        """Show a page to those who are logged in, and the marketing page, with status 200, to others."""

        def handle(request: Request, *found: str) -> Reply:
            if request.cookies.get("dk_session") not in self.sessions:
                return redirect("/signin/") if request.path.startswith("/bank") else page(SIGNED_OUT)
            return handler(request, *found)

        return handle

    def person_fills(self, **values: str) -> str:
        """The script of a person who sits at the window, if somebody does."""
        return PERSON.format(values=values) if self.person else ""

    def sign_in_page(self, request: Request) -> Reply:
        form = (
            "<form method=post action=/signin/><input type=email name=email><input type=password name=password>"
            "<button type=submit>Sign in</button></form>"
        )
        return page(f"<title>Sign in</title>{form}{self.person_fills(email=EMAIL, password=PASSWORD)}")

    def sign_in(self, request: Request) -> Reply:
        if request.form.get("email") != EMAIL or request.form.get("password") != PASSWORD:
            return redirect("/signin/?wrong=1")
        if not self.second_factor:
            return self.let_in()
        token = secrets.token_hex(16)
        self.halfway.add(token)
        form = "<form method=post action=/signin/code>Enter your code <input name=code><button type=submit>Go</button></form>"
        reply = page(f"<title>Enter your code</title>{form}{self.person_fills(code=CODE)}")
        reply.cookies.append(f"dk_half={token}; Path=/; HttpOnly")
        return reply

    def enter_code(self, request: Request) -> Reply:
        if request.cookies.get("dk_half") in self.halfway and request.form.get("code") == CODE:
            return self.let_in()
        return redirect("/signin/")

    def let_in(self) -> Reply:
        token = f"canary-cookie-{secrets.token_hex(16)}"
        self.sessions.add(token)
        return redirect("/mymusic/", f"dk_session={token}; Path=/; HttpOnly; Max-Age={self.session_seconds}")

    def sign_out(self) -> Reply:
        self.sessions.clear()
        return redirect("/")

    def bank_details_page(self) -> str:
        return f"""{HEADER}<h1>Bank details</h1>
            <select id=range><option>Last 30 days</option><option>All Dates</option></select>
            <select id=basis><option>Sale Month</option><option>Reporting Date</option></select>
            <div onclick="downloadBank()">Download</div>
            <script>function downloadBank() {{ const of = id => encodeURIComponent(document.getElementById(id).value);
              location = '/bank/details/download?range=' + of('range') + '&basis=' + of('basis') + '&signature=canary-signature-77'; }}
            </script>"""

    def bank_download(self, request: Request) -> Reply:
        whole = request.query == {"range": "All Dates", "basis": "Reporting Date", "signature": "canary-signature-77"}
        return download(ledger_b(self.lines if whole else self.lines[:3]), "bank_details.csv", "text/csv")

    def statistics(self, request: Request) -> Reply:
        if request.query.get("data") == "applemusic":
            return page(apple_page(self.plays, self.truth, self.today).replace("<body>", f"<body>{HEADER}"))
        return page(streams_page(self.streams, self.truth, self.today).replace("<body>", f"<body>{HEADER}"))
