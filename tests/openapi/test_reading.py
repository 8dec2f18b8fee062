"""What somebody meets who writes an app from the description and its pages alone."""

import re
from typing import Any

import pytest
from django.test import Client

from backend.common.http.openapi.document import describe_api


def schema(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = describe_api()["components"]["schemas"][name]["properties"]
    return properties


@pytest.mark.parametrize(
    ("owner", "name", "right", "wrong"),
    [
        ("Appointment", "local_start", "2026-12-01T09:00", "2026-12-01 09:00"),
        ("Appointment", "utc_offset", "-07:00", "-0700"),
        ("Clinic", "utc_offset", "-03:30", "Z"),
    ],
)
def test_texts_of_a_clock_have_their_pattern(owner: str, name: str, right: str, wrong: str) -> None:
    pattern = schema(owner)[name]["pattern"]
    assert re.search(pattern, right)
    assert not re.search(pattern, wrong)


def test_the_province_of_a_visit_is_the_same_closed_set_as_that_of_a_clinic() -> None:
    assert schema("ClinicSummary")["province"]["$ref"] == schema("Clinic")["province"]["$ref"]


def test_the_pages_lead_to_each_other() -> None:
    assert b'href="/docs/errors"' in Client().get("/docs").content
    assert b'href="/docs"' in Client().get("/docs/errors").content


def test_the_page_names_the_guide() -> None:
    assert b"docs/guides/integrate.md" in Client().get("/docs").content


def test_each_outcome_of_a_review_has_its_own_form() -> None:
    schemas = describe_api()["components"]["schemas"]
    forms = [schemas[one["$ref"].rsplit("/", maxsplit=1)[1]] for one in schemas["ReviewCourseRequest"]["oneOf"]]
    told = {form["properties"]["outcome"]["enum"][0]: (form["required"], {*form["properties"]}) for form in forms}
    assert told == {
        "continue": (["outcome"], {"outcome", "note"}),
        "extend": (["outcome", "planned_sessions"], {"outcome", "planned_sessions", "note"}),
        "finish": (["outcome", "reason"], {"outcome", "reason", "note"}),
    }


@pytest.mark.parametrize("shape", ["Appointment", "Hold"])
def test_a_confirmation_screen_needs_no_second_call(shape: str) -> None:
    for name in ("service", "clinic", "practitioner"):
        assert schema(shape)[name]["$ref"].endswith("Summary")


@pytest.mark.parametrize("shape", ["Appointment", "DayVisit", "CourseSession", "CourseBookedVisit"])
def test_a_visit_stands_in_one_closed_list_of_states(shape: str) -> None:
    assert schema(shape)["status"]["$ref"] == "#/components/schemas/AppointmentStatus"
