"""TikTok on loopback: a QR code that a person scans, a code, Studio's sections with their menus, and zips to save."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
import zlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from demo.tiktok import HEADER, english_day, quoted
from fake_platforms.server import Portal, Reply, Request, answer, download, page, redirect

CODE = "161803"
PERIODS = {"Last 7 days": 7, "Last 28 days": 28, "Last 60 days": 60, "Last 365 days": 365}
FOLLOWERS_AT_START = 2_150

LOGIN_PAGE = """<title>Log in | TikTok</title><h1>Log in with QR code</h1><canvas></canvas><form id=second hidden>Enter the 6-digit code
<input name=code><button>Next</button></form><script>
const later = step => { if (%(person)s) setTimeout(step, 300); };
const scanned = async () => { const found = await (await fetch('/passport/scan', {method: 'POST'})).json();
  second.hidden = false; later(() => { second.elements.code.value = '%(code)s'; second.requestSubmit(); }); };
second.onsubmit = async event => { event.preventDefault();
  const got = await fetch('/passport/code', {method: 'POST', body: new URLSearchParams(new FormData(second))});
  if (got.ok) location = '/foryou'; };
later(scanned);
</script>"""

STUDIO_PAGE = """<title>Analytics | TikTok Studio</title><div id=app></div><script>
setTimeout(() => {
  app.innerHTML = `<nav><a href='/tiktokstudio/analytics/overview'>Analytics</a> <a href='/tiktokstudio/content'>Posts</a></nav>
    <header><button class=range><span>Last 7 days</span></button><button class=save><div>%(button)s</div></button></header>`;
  const chosen = {period: 'Last 7 days'}, [range, save] = document.querySelectorAll('header button');
  if (!%(is_dated)s) range.remove();
  const close = () => document.querySelectorAll('.menu, [role=dialog]').forEach(one => one.remove());
  range.onclick = () => setTimeout(() => { const menu = document.createElement('div'); menu.className = 'menu';
    for (const label of %(offered)s) { const one = document.createElement('div'); one.innerHTML = '<span>' + label + '</span>';
      one.onclick = () => { chosen.period = label; range.firstChild.textContent = label; close(); }; menu.append(one); }
    document.body.append(menu); }, 80);
  save.onclick = () => setTimeout(() => { const box = document.createElement('div'); box.setAttribute('role', 'dialog');
    box.innerHTML = `<h2>Download %(section)s data</h2><label><input type=radio name=format value=XLSX checked> XLSX</label>
      <label><input type=radio name=format value=CSV> CSV</label><button><div>Cancel</div></button><button><div>Download</div></button>`;
    const [cancel, confirm] = box.querySelectorAll('button'); cancel.onclick = close;
    confirm.onclick = () => { const format = box.querySelector('input:checked').value; close();
      location = '/tiktokstudio/save/%(section)s?format=' + format + '&period=' + encodeURIComponent(chosen.period); };
    document.body.append(box); }, 80);
  if (%(captcha)s) range.onclick = () => document.body.insertAdjacentHTML('beforeend',
    "<div class=captcha-verify-container style='position:fixed;inset:0'>Drag the slider to fit the puzzle</div>");
}, 100);
</script>"""


class TikTok(Portal):
    """TikTok with some handles. `person`: whose phone scans the code at the login page, if somebody is there."""

    def __init__(self, today: date, handles: tuple[str, ...] = ("zone.a0", "pig1987"), person: str | None = None) -> None:
        super().__init__()
        self.today, self.person = today, person
        self.sessions: dict[str, str] = {}
        self.halfway: dict[str, str] = {}
        self.offered, self.button, self.captcha, self.undated = list(PERIODS), "Download data", False, {"Followers"}
        self.downloads = 0
        self.names: dict[str, str] = {}
        self.days = {handle: self.happened(number) for number, handle in enumerate(handles, start=1)}
        self.on("GET", "/login")(lambda _: page(LOGIN_PAGE % {"person": json.dumps(bool(self.person)), "code": CODE}))
        self.on("POST", "/passport/scan")(self.scan)
        self.on("POST", "/passport/code")(self.enter_code)
        self.on("GET", "/foryou")(
            self.inside(lambda _, handle: page(f"<title>For you</title><img data-e2e=profile-icon alt={handle}>avatar"))
        )
        self.on("GET", "/tiktokstudio/analytics/([a-z]+)")(self.inside(self.studio))
        self.on("GET", "/tiktokstudio/save/([A-Za-z]+)")(self.inside(self.save))
        self.on("GET", "/(?:favicon.ico)?")(lambda _: page("<title>TikTok</title><a href='/login'>Log in</a>"))

    def happened(self, size: int) -> dict[date, list[Any]]:
        """A year and a bit of days: views, profile views, likes, comments, shares; one day's views are unknown."""
        first = self.today - timedelta(days=400)
        days = {}
        for number in range(400):
            views = size * (300 + number % 97)
            days[first + timedelta(days=number)] = [views, views // 50, views // 12, views // 190, views // 260]
        days[self.today - timedelta(days=30)][0] = "NaN"
        return days

    # ------------------------------------------------------------------ logging in

    def scan(self, request: Request) -> Reply:
        half = secrets.token_hex(16)
        self.halfway[half] = self.person or ""
        reply = answer({"status": "scanned"})
        reply.cookies.append(f"passport={half}; Path=/; HttpOnly")
        return reply

    def enter_code(self, request: Request) -> Reply:
        handle = self.halfway.get(request.cookies.get("passport", ""))
        if not handle or request.form.get("code") != CODE:
            return answer({"message": "wrong"}, 403)
        token = f"canary-sessionid-{secrets.token_hex(16)}"
        self.sessions[token] = handle
        reply = answer({"status": "ok"})
        reply.cookies.append(f"sessionid={token}; Path=/; HttpOnly; Max-Age=15552000")
        return reply

    def inside(self, handler):  # noqa: ANN001, ANN202
        """Show a page to those who are logged in, and the login page to others."""

        def handle(request: Request, *found: str) -> Reply:
            handle = self.sessions.get(request.cookies.get("sessionid", ""))
            return handler(request, *found, handle) if handle else redirect("/login?redirect_url=%2Ftiktokstudio")

        return handle

    # ------------------------------------------------------------------ Studio

    def studio(self, request: Request, section: str, handle: str) -> Reply:
        name = section.capitalize()
        return page(STUDIO_PAGE % {
            "section": name, "button": self.button, "offered": json.dumps([*self.offered, "Custom"]),
            "is_dated": json.dumps(name not in self.undated), "captcha": json.dumps(self.captcha),
        })  # fmt: skip

    def save(self, request: Request, section: str, handle: str) -> Reply:
        """A section's zip; a workbook where no CSV was chosen. The epoch in its name is of this download alone."""
        self.downloads += 1
        length = PERIODS[request.query["period"]]
        window = {day: self.days[handle][day] for day in sorted(self.days[handle])[-length:]}
        epoch = int(datetime.combine(self.today, time(9), UTC).timestamp()) - 86_400 + self.downloads
        name = f"Overview_{min(window)}_{epoch}_{handle}.zip" if section == "Overview" else f"{section}_{handle}.zip"
        members = getattr(self, section.lower())(window) if request.query["format"] == "CSV" else {f"{section}.xlsx": "PK"}
        return download(self.packed(members), self.names.get(section, name), "application/zip")

    def packed(self, members: dict[str, str]) -> bytes:
        """A zip whose entries bear the portal's time."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as bundle:
            for name, text in members.items():
                entry = zipfile.ZipInfo(name, (self.today.year, self.today.month, self.today.day, 9, 30, 12))
                bundle.writestr(entry, text.encode())
        return out.getvalue()

    def overview(self, window: dict[date, list[Any]]) -> dict[str, str]:
        rows = [[english_day(day), *figures] for day, figures in window.items()]
        return {"Overview.csv": quoted(HEADER, rows)}

    def content(self, window: dict[date, list[Any]]) -> dict[str, str]:
        header = ("Video title", "Video link", "Post time", "Total views", "Total likes", "Total comments", "Total shares")
        seen = own_figure(window)
        rows = [
            (f"clip, no {number}", f"https://www.tiktok.com/@x/video/{seen}{number}", "May 28", seen + number, 40, 3, 1)
            for number in range(3)
        ]
        return {"Content.csv": quoted(header, rows)}

    def viewers(self, window: dict[date, list[Any]]) -> dict[str, str]:
        rows = [(english_day(day), figures[1] + 9, figures[1], 9) for day, figures in window.items()]
        return {"Viewers.csv": quoted(("Date", "Total Viewers", "New Viewers", "Returning Viewers"), rows)}

    def followers(self, window: dict[date, list[Any]]) -> dict[str, str]:
        history = [(english_day(day), total, gained) for day, total, gained in self.follower_days(window)]
        return {
            "FollowerHistory.csv": quoted(("Date", "Followers", "Difference in followers from previous day"), history),
            "FollowerActivity.csv": quoted(
                ("Date", "Hour", "Active followers"), [(history[-1][0], hour, own_figure(window) + hour) for hour in range(24)]
            ),
            "FollowerGender.csv": quoted(("Gender", "Distribution"), [("Male", "0.6812"), ("Female", "0.3188")]),
            "FollowerTopTerritories.csv": quoted(("Top territories", "Distribution"), [("US", "0.3871"), ("Others", "0.6129")]),
        }

    def follower_days(self, window: dict[date, list[Any]]) -> list[tuple[date, int, int]]:
        """Each day's followers and the change from the day before, some of them losses."""
        total, found = FOLLOWERS_AT_START + own_figure(window), []
        for number, day in enumerate(window):
            gained = number % 5 - 1
            total += gained
            found.append((day, total, gained))
        return found


def own_figure(window: dict[date, list[Any]]) -> int:
    """A figure that tells one handle from another."""
    return 1_000 + zlib.crc32(repr(list(window.values())).encode()) % 100_000
