"""Django's admin: the whole database behind one password. Nothing serves it."""

import pytest
from django.apps import apps
from django.test import Client


def test_it_is_not_installed() -> None:
    assert not apps.is_installed("django.contrib.admin")


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/login/", "/v1/admin/"])
def test_nothing_answers_in_its_place(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
