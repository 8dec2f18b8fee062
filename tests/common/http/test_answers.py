"""What an answer carries, whatever the operation."""

from django.test import Client

from tests.common.http.conftest import caller
from tests.common.http.operations import keep


def test_public_answer_may_be_kept_and_confirmed(client: Client) -> None:
    note = keep("hello")
    answer = client.get(f"/v1/notes/{note['id']}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["written_at"] == "2026-11-02T17:00:00Z"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["X-Request-Id"].startswith("req_")
    assert answer["ETag"] == answer.json()["etag"]


def test_mine(client: Client) -> None:
    assert client.get("/v1/mine").status_code == 401
    assert client.get("/v1/mine", headers=caller("ann")).json() == {"word": "en"}
