"""How numbers, times and verdicts read on a page, and the templates that put them there."""

import base64
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from runner.report.content.records import STATUS, Claim, Outcome
from runner.report.render.formulas import Sheet
from runner.results.claims import KINDS

HERE = Path(__file__).parent
# Not from the calendar module, whose names follow the reader's machine.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def value(number: Any) -> str:
    """A measured value as text: six digits of a float, other values as they are.

    >>> value(0.30000000000000004), value(1700), value("2/3"), value(True)
    ('0.3', '1700', '2/3', 'True')
    """
    return format(number, ".6g") if isinstance(number, float) else str(number)


def duration(seconds: float) -> str:
    """Seconds as a reader says them.

    >>> duration(0.25), duration(12.34), duration(125), duration(7300)
    ('0.25 s', '12.3 s', '2 min 5 s', '2 h 1 min')
    """
    if not math.isfinite(seconds) or seconds < 0:
        return "unknown time"
    if seconds < 99.5:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def day(started: str) -> str:
    """The date of an ISO time stamp.

    >>> day("2026-02-03T04:05:06+00:00"), day("yesterday")
    ('3 February 2026', 'yesterday')
    """
    try:
        date = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "claim"), count(2, "claim")
    ('1 claim', '2 claims')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def breakable(name: str) -> Markup:
    """A name whose line may break after a slash or an underscore.

    >>> breakable("jl/01_a")
    Markup('jl/<wbr>01_<wbr>a')
    """
    return Markup(re.sub(r"(?<=[/_])", "<wbr>", escape(name)))


def by_kind(claims: Iterable[Claim]) -> str:
    """How many claims there are of each kind, strongest kind first: `2 exact, 1 statistical`."""
    numbers = Counter(claim.kind for claim in claims)
    return ", ".join(f"{numbers[kind]} {kind}" for kind in KINDS if numbers[kind])


def verdict(run: Outcome) -> str:
    """One line on the claims of a run; timings are reports, and counted by themselves.

    `3 claims held (2 exact, 1 statistical), 1 timing reported`.
    """
    checked = [claim for claim in run.claims if claim.kind != "timing"]
    timings = len(run.claims) - len(checked)
    reported = f", {count(timings, 'timing')} reported" if timings else ""
    if not checked:
        return "no claims" + reported
    failed, claims = len(run.failed_claims), count(len(checked), "claim")
    outcome = f"{failed} of {claims} failed" if failed else f"{claims} held"
    return f"{outcome} ({by_kind(checked)}){reported}"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"value": value, "duration": duration, "day": day, "breakable": breakable}
    environment.globals |= {"verdict": verdict, "count": count, "STATUS": STATUS}
    return environment


def fill(template: str, sheet: Sheet, **values: Any) -> str:
    """A whole page. Its policy lets in one style sheet, named by its hash, and pictures; nothing else."""
    style = (HERE / "style.css").read_text(encoding="utf-8") + sheet.style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        "default-src 'none'; script-src 'none'; img-src 'self' data: file:; "
        f"style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    page = _templates().get_template(template)
    return page.render(policy=policy, style=Markup(style), glyphs=sheet.glyphs(), **values)
