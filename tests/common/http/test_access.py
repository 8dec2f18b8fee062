"""Who gets in: 401 for strangers, 403 without the right, patients by the rights that everyone holds over themselves."""

from http import HTTPStatus

import pytest
from django.test import Client

from backend.common.errors import PermissionDenied
from backend.common.http import access
from backend.common.permissions import Permission
from tests.common.http.conftest import CALLERS, caller

JSON = "application/json"


@pytest.mark.django_db
def test_a_right_is_needed(client: Client) -> None:
    body = {"text": "a"}
    assert client.post("/v1/notes", body, content_type=JSON).status_code == HTTPStatus.UNAUTHORIZED
    without = caller("ann", Permission.APPOINTMENT_ATTEND)
    assert client.post("/v1/notes", body, content_type=JSON, headers=without).status_code == HTTPStatus.FORBIDDEN
    with_it = caller("ann", Permission.CLINIC_MANAGE)
    assert client.post("/v1/notes", body, content_type=JSON, headers=with_it).status_code == HTTPStatus.CREATED


def test_patients_need_no_role_for_what_patients_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_of_patients", set())  # whatever the real roles are
    caller("ann")
    with pytest.raises(PermissionDenied):
        access.admit(CALLERS["ann"], Permission.APPOINTMENT_CANCEL)
    access.let_patients([Permission.APPOINTMENT_CANCEL])
    access.admit(CALLERS["ann"], Permission.APPOINTMENT_CANCEL)
    with pytest.raises(PermissionDenied):
        access.admit(CALLERS["ann"], Permission.CLINIC_MANAGE)
