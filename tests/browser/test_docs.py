"""`/docs` in a real browser: it shows the description, and nothing leaves the machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.place import STATE
from tests.browser.chromium import Page, open_page
from tests.live import LiveApi

OPERATIONS = "document.querySelectorAll('.opblock').length"


@pytest.fixture
def page(live_api: LiveApi, tmp_path: Path) -> Iterator[Page]:
    with open_page(tmp_path) as page:
        page.ask("Page.navigate", url=f"{live_api.url}/docs")
        yield page


def served(page: Page) -> int:
    told: int = page.evaluate(
        "fetch('/v1/openapi.json').then(answer => answer.json())"
        ".then(told => Object.values(told.paths).flatMap(path => Object.keys(path)).length)"
    )
    return told


def test_every_operation_is_shown_and_no_request_leaves(page: Page, live_api: LiveApi) -> None:
    page.wait_for("document.querySelectorAll('.opblock-tag').length > 10")
    page.screenshot(STATE / "browser" / "docs.png")
    shown = 0
    for tag in range(page.evaluate("document.querySelectorAll('.opblock-tag').length")):  # all at once are slow to draw
        page.evaluate(f"document.querySelectorAll('.opblock-tag')[{tag}].click()")
        page.wait_for(OPERATIONS)
        shown += page.evaluate(OPERATIONS)
        page.evaluate(f"document.querySelectorAll('.opblock-tag')[{tag}].click()")
        page.wait_for(f"{OPERATIONS} == 0")
    assert shown == served(page) > 90
    page.evaluate("document.querySelector('#operations-tag-appointments').click()")
    page.wait_for("document.querySelector('#operations-appointments-createAppointment .opblock-summary-control')")
    page.evaluate(
        "document.querySelector('#operations-appointments-createAppointment .opblock-summary-control').click()"
    )
    page.wait_for("document.querySelector('.opblock.is-open .opblock-description')")
    page.evaluate("document.querySelector('.opblock.is-open').scrollIntoView()")
    page.wait_for("document.querySelector('.opblock.is-open .model-example, .opblock.is-open .body-param')")
    page.screenshot(STATE / "browser" / "operation.png")
    asked = page.requests()
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((f"{live_api.url}/", "data:"))] == []
    assert page.faults() == []


def test_an_operation_can_be_tried(page: Page) -> None:
    page.wait_for("document.querySelectorAll('.opblock-tag').length > 10")
    page.evaluate("document.querySelector('#operations-tag-clinics:not([data-is-open=true])')?.click()")
    page.wait_for("document.querySelector('#operations-clinics-listClinics .opblock-summary-control')")
    page.evaluate("document.querySelector('#operations-clinics-listClinics .opblock-summary-control').click()")
    page.wait_for("document.querySelector('.opblock.is-open .execute')")
    page.evaluate("document.querySelector('.opblock.is-open .execute').click()")
    page.wait_for("document.querySelector('.live-responses-table .response .response-col_status')")
    status = page.evaluate("document.querySelector('.live-responses-table .response .response-col_status').innerText")
    assert status == "200"
    assert page.faults() == []


def test_what_would_leave_is_refused_by_the_browser(page: Page) -> None:
    page.wait_for("document.querySelectorAll('.opblock-tag').length > 10")
    page.evaluate("fetch('https://elsewhere.invalid/').catch(() => 0)")
    assert "https://elsewhere.invalid/" not in page.requests()
    assert any("Content Security Policy" in fault for fault in page.faults())


def test_a_problem_s_address_leads_to_its_section(page: Page, live_api: LiveApi) -> None:
    page.wait_for("document.querySelector('nav a')")
    assert "/docs/errors" in page.evaluate("[...document.querySelectorAll('nav a')].map(link => link.href).join()")
