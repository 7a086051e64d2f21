"""The site in a real browser: it loads nothing from anywhere, runs nothing, and fits every screen."""

import io
from pathlib import Path

import pytest

from tests.runner.fixtures.chromium import requests, start_chromium
from tests.runner.fixtures.site.book import book
from tests.runner.fixtures.site.figures import benchmark, put, ratio
from tests.runner.fixtures.site.sample import Site

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
PHONE, SMALL, DESK = 375, 320, 1280


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    driver = start_chromium(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture
def new_browser(tmp_path):
    """One whose log is empty: that of the other holds every picture of every page."""
    driver = start_chromium(tmp_path / "profile")
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    site = book(Site(tmp_path_factory.mktemp("site")))
    many = [ratio(case=f"n = {n}", low=n / 2, median=n, high=2 * n) for n in range(1, 40)]
    put(site, benchmark(), benchmark(topic="posets", ratios=many))
    site.build()
    return site


def pages_of(results: Path) -> list[Path]:
    pages = sorted(results.rglob("index.html"))
    assert pages, f"no page in {results}"
    ones = ("benchmarks.html", "reference/jl/FastJL.class.html", "reference/formats/kissing.html")
    return pages + [page for name in ones for page in results.glob(name)]


@pytest.fixture(params=["sample", "results"], scope="module")
def pages(request):
    """The pages of the sample, and those of this checkout where it has been run."""
    if request.param == "sample":
        return pages_of(request.getfixturevalue("sample").results)
    if not (ROOT / "results/index.html").exists():
        pytest.skip("no results/ in this checkout: make run")
    return pages_of(ROOT / "results")


def show(browser, page: Path, *, width: int = DESK, scheme: str = "light") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())


def test_nothing_is_asked_for_but_files_of_the_site(browser, pages):
    results = min(pages, key=lambda page: len(page.parts)).parent
    requests(browser)
    for page in pages:
        show(browser, page)
        asked = requests(browser)
        assert page.as_uri() in asked
        assert all(address.startswith(("file:", "data:")) for address in asked), (page, asked)
        files = [address for address in asked if address.startswith("file:")]
        assert all(address.startswith(results.as_uri()) for address in files), (page, files)


def test_planted_script_stays_inert(browser, pages):
    for page in pages:
        show(browser, page)
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        for link in browser.find_elements("css selector", "a[href^='javascript']"):
            link.click()
        assert browser.execute_script("return window.planted === undefined"), page
        assert browser.find_elements("css selector", "script, iframe, object, form") == [], page
        severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
        assert severe == [], page


def test_the_policy_holds_where_the_cleaning_would_fail(new_browser, sample, tmp_path):
    """The second lock by itself: script, handler, frame, style and picture put into a page by hand."""
    planted = (
        "<script>window.planted=1</script><img src='x' onerror='window.planted=2'>"
        "<img src='https://example.org/a.png'><style>h1{display:none}</style>"
        "<iframe srcdoc='<script>parent.planted=3</script>'></iframe>"
        "<a id='go' href='javascript:planted=4'>x</a>"
    )
    html = (sample.results / "jl/01_halve/index.html").read_text(encoding="utf-8")
    page = tmp_path / "index.html"
    page.write_text(html.replace('<main id="main"', planted + '<main id="main"'), encoding="utf-8")
    browser = new_browser
    show(browser, page)
    browser.execute_script("document.querySelector('#go').click()")
    assert browser.execute_script("return window.planted === undefined")
    assert browser.find_element("css selector", "h1").is_displayed()
    blocked = [entry for entry in browser.get_log("browser") if "Content Security" in entry["message"]]
    assert len(blocked) >= 4
    log = [entry["message"] for entry in browser.get_log("performance")]
    assert not any("Network.responseReceived" in message and "example.org" in message for message in log)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [SMALL, PHONE, DESK])
def test_no_page_scrolls_sideways(browser, pages, width, scheme):
    for page in pages:
        show(browser, page, width=width, scheme=scheme)
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        root = "const d = document.documentElement; return [d.scrollWidth, d.clientWidth]"
        scroll, client = browser.execute_script(root)
        assert client == width
        assert scroll <= client, page


def test_every_formula_is_drawn_and_every_picture_described(browser, pages):
    from selenium.webdriver.support.ui import WebDriverWait

    for page in pages:
        show(browser, page)
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        formulas = browser.execute_script(
            "return [...document.querySelectorAll('svg.math')].map(svg => ["
            "svg.getAttribute('aria-label'), svg.getBoundingClientRect().width,"
            "[...svg.querySelectorAll('use')].every(u => document.querySelector(u.getAttribute('href')))])"
        )
        assert all(label and width > 1 and found for label, width, found in formulas), (page, formulas)
        if "hostile" not in str(page):
            assert browser.find_elements("css selector", ".math-error") == []
        browser.execute_script(
            "[...document.images].forEach(i => i.loading = 'eager')"
        )  # not only those in view
        WebDriverWait(browser, 10).until(
            lambda b: b.execute_script("return [...document.images].every(i => i.complete)")
        )
        undescribed = browser.execute_script(
            "return [...document.images].filter(i => !i.alt.trim() || !i.naturalWidth).length"
        )
        assert undescribed == 0, page


@pytest.mark.parametrize("width", [DESK, 375])
def test_formulas_are_heard_and_not_shown_twice(browser, sample, width):
    """Without the MathML a page looks the same, dot by dot; with it, each formula is met once."""
    show(browser, sample.results / "jl/01_halve/index.html", width=width)
    with_it = browser.get_screenshot_as_png()
    count, drawn, seen = browser.execute_script(
        "const m = [...document.querySelectorAll('math')]; return [m.length,"
        "document.querySelectorAll('svg.math[aria-hidden=true]').length,"
        "m.map(e => e.closest('span.heard').getBoundingClientRect())"
        ".filter(box => box.width > 1 || box.height > 1).length]"
    )
    assert count == drawn > 10
    assert seen == 0
    browser.execute_script("document.querySelectorAll('.heard').forEach(m => m.remove())")
    assert browser.get_screenshot_as_png() == with_it


def ink(browser, selector: str) -> tuple[int, int]:
    """Darkest and lightest grey of an element's picture."""
    from PIL import Image

    picture = Image.open(io.BytesIO(browser.find_element("css selector", selector).screenshot_as_png))
    return picture.convert("L").getextrema()


def test_formulas_follow_the_colour_of_the_scheme(browser, sample):
    page = sample.results / "jl/01_halve/index.html"
    for scheme in ("light", "dark"):
        show(browser, page, scheme=scheme)
        darkest, lightest = ink(browser, "p svg.math")
        paper = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        red = int(paper.removeprefix("rgb(").split(",")[0])
        if scheme == "light":
            assert red > 240
            assert darkest < 90
        else:
            assert red < 40
            assert lightest > 180
        same = "const s = document.querySelector('p svg.math'), u = s.querySelector('use');"
        assert browser.execute_script(same + "return getComputedStyle(u).fill === getComputedStyle(s).color")


def test_inline_formulas_stand_on_the_line(browser, sample):
    """The bottom of an upright letter in a formula is level with the baseline of the text around it."""
    show(browser, sample.results / "jl/01_halve/index.html")
    bottom, baseline, size = browser.execute_script(
        "const svg = document.querySelector(`p svg.math[aria-label='N']`);"
        "const probe = document.createElement('img'); probe.width = 1; probe.height = 1; svg.after(probe);"
        "const box = svg.getBoundingClientRect(), size = parseFloat(getComputedStyle(svg).fontSize);"
        "return [box.bottom, probe.getBoundingClientRect().bottom, size]"
    )
    assert 0 <= bottom - baseline <= 0.06 * size + 1


def test_pages_can_be_walked_through_and_back(browser, sample):
    front = sample.results / "index.html"
    show(browser, front)
    browser.find_element("css selector", ".card a[href='jl/01_halve/index.html']").click()
    assert browser.current_url == (sample.results / "jl/01_halve/index.html").as_uri()
    browser.find_element("css selector", "a[rel=next]").click()
    assert browser.current_url == (sample.results / "jl/02_cases/index.html").as_uri()
    browser.find_element("css selector", "a[href='#cell-3']").click()
    top = browser.execute_script("return document.querySelector('#cell-3').getBoundingClientRect().top")
    assert -10 <= top < 900
    browser.find_element("css selector", "a[rel=prev]").click()
    browser.find_element("css selector", ".contents a").click()
    assert browser.current_url.endswith("/jl/01_halve/index.html#The-theorem-and-its-proof")
    browser.find_element("css selector", "a.home").click()
    assert browser.current_url == front.as_uri()


def test_the_keyboard_meets_the_skip_link_first(browser, sample):
    from selenium.webdriver.common.keys import Keys

    show(browser, sample.results / "jl/01_halve/index.html")
    browser.find_element("css selector", "body").send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.text == "Skip to the text"
    assert focused.location["x"] >= 0
    focused.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"


def test_solutions_open_without_script(browser, sample):
    show(browser, sample.results / "jl/01_halve/index.html")
    solution = browser.find_element("css selector", "details.solution")
    inside = solution.find_element("css selector", ".prose")
    assert not inside.is_displayed()
    solution.find_element("css selector", "summary").click()
    assert inside.is_displayed()
    assert "Write out the diagonal" in inside.text


@pytest.mark.parametrize("width", [DESK, 375])
def test_pictures_to_choose_from_are_moved_by_keys_and_by_clicks(browser, sample, width):
    from selenium.webdriver.common.keys import Keys

    show(browser, sample.results / "posets/01_census/index.html", width=width)
    slider = browser.find_element("css selector", ".frames")
    buttons = slider.find_elements("css selector", "input")

    def shown():
        pictures = slider.find_elements("css selector", "img")
        return [picture.get_attribute("alt") for picture in pictures if picture.is_displayed()]

    assert len({button.location["y"] for button in buttons}) == 1
    assert all(button.size["width"] >= 24 and button.size["height"] >= 24 for button in buttons)
    assert shown() == ["A ramp for n = 3."]
    buttons[4].click()
    assert shown() == ["A ramp for n = 6."]
    buttons[4].send_keys(Keys.ARROW_LEFT)
    assert shown() == ["A ramp for n = 5."]
    assert browser.switch_to.active_element.accessible_name == "n = 5"
