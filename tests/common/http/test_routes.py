"""Routes are found by the first segment of a path."""

import re

import pytest
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RoutePattern

from backend.common.http.problems import not_found
from backend.common.http.routes import BySegment

ROUTES = "backend.config.api_v1"
BY_SEGMENT, ONE_BY_ONE = BySegment(RoutePattern(""), ROUTES), URLResolver(RoutePattern(""), ROUTES)
PATHS = [re.sub("<[^>]*>", "01a20738-4fd1-7a4f-a54e-43384629272d", str(one.pattern)) for one in ONE_BY_ONE.url_patterns]
ODD = ["slots/", "slotsx", "slot", "/slots", "SLOTS", "clinics//rooms", "a/b/c", "clinics/nothing", "é", "%2e"]


def test_there_are_enough() -> None:
    assert len(PATHS) > 100


@pytest.mark.parametrize("path", PATHS + ODD)
def test_the_route_is_the_one_that_is_found_one_by_one(path: str) -> None:
    found, wanted = BY_SEGMENT.resolve(path), ONE_BY_ONE.resolve(path)
    assert (found.func, found.route, found.kwargs) == (wanted.func, wanted.route, wanted.kwargs)
    assert (found.func is not_found) == (path in {*ODD, ""})


def test_without_a_route_for_the_rest_there_is_none() -> None:
    with pytest.raises(Resolver404):
        BySegment(RoutePattern(""), []).resolve("slots")
