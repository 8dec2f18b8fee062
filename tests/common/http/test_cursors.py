"""Cursors: good for the list and the filters they were given for, and for nothing else."""

import base64
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework.request import Request

from backend.common.errors import CursorInvalid
from backend.common.http.cursors import paginate, read_cursor, write_cursor
from backend.common.http.operations import Call
from backend.common.models import IdempotencyReceipt


def call(operation_id: str = "listNotes", **query: Any) -> Call:
    return Call(Request(RequestFactory().get("/")), operation_id, query=query)


def given(position: list[Any], **query: Any) -> str:
    cursor = write_cursor(call(**query), position)
    assert cursor
    return cursor


def test_a_cursor_says_where_to_go_on() -> None:
    assert read_cursor(call(cursor=given([1, "a"]))) == [1, "a"]
    assert read_cursor(call()) is None
    assert write_cursor(call(), None) is None


def test_the_size_of_the_page_may_change() -> None:
    assert read_cursor(call(limit=50, cursor=given([1], limit=10))) == [1]


def test_other_filters_refuse_it() -> None:
    with pytest.raises(CursorInvalid):
        read_cursor(call(colour="blue", cursor=given([1], colour="red")))
    with pytest.raises(CursorInvalid):
        read_cursor(call(cursor=given([1], colour="red")))


def test_another_list_refuses_it() -> None:
    with pytest.raises(CursorInvalid):
        read_cursor(call("listOthers", cursor=given([1])))


def test_no_altered_cursor_is_taken() -> None:
    cursor = given([1])
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for index in range(len(raw)):
        altered = bytearray(raw)
        altered[index] ^= 1
        with pytest.raises(CursorInvalid):
            read_cursor(call(cursor=base64.urlsafe_b64encode(altered).decode().rstrip("=")))


@pytest.mark.parametrize("cursor", ["x", "====", "é", "a b", "AAAA", "A" * 999, "/+/+", "\0"])
def test_nonsense_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        read_cursor(call(cursor=cursor))


def test_a_new_secret_still_takes_old_cursors(settings: Settings) -> None:
    cursor, old = given([1]), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(CursorInvalid):
        read_cursor(call(cursor=cursor))
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_cursor(call(cursor=cursor)) == [1]


@pytest.mark.django_db
def test_a_position_of_another_order_is_refused() -> None:
    assert settings.SECRET_KEY
    with pytest.raises(CursorInvalid):
        paginate(call(limit=5, cursor=given([1, 2])), IdempotencyReceipt.objects.all(), order=("id",))
