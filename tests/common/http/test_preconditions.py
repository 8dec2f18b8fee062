"""If-Match: required to change, honoured by actions, the version decides (R18)."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests.common.http.conftest import caller
from tests.common.http.operations import NOTES, keep

JSON = "application/json"


def test_a_change_needs_the_tag(client: Client) -> None:
    path = f"/v1/notes/{keep('a')['id']}"
    for answer in (
        client.patch(path, {"text": "b"}, content_type=JSON, headers=caller("ann")),
        client.delete(path, headers=caller("ann")),
    ):
        assert answer.status_code == HTTPStatus.PRECONDITION_REQUIRED
        assert answer.json()["code"] == "if_match_required"
    assert next(iter(NOTES.values()))["text"] == "a"


def test_the_version_decides(client: Client) -> None:
    note = keep("a", version=3)
    path = f"/v1/notes/{note['id']}"
    stale = client.get(path)["ETag"]
    note["version"] = 4
    refused = client.patch(path, {"text": "b"}, content_type=JSON, headers={**caller("ann"), "If-Match": stale})
    assert (refused.status_code, refused.json()["code"]) == (HTTPStatus.PRECONDITION_FAILED, "etag_mismatch")
    # Another digest of the same version is another view of the same state.
    fresh = {**caller("ann"), "If-Match": 'W/"4-0123456789abcdef"'}
    done = client.patch(path, {"text": "b"}, content_type=JSON, headers=fresh)
    assert (done.json()["text"], done["ETag"][:3]) == ("b", '"5-')


def test_any_version_will_do_for_a_star(client: Client) -> None:
    path = f"/v1/notes/{keep('a')['id']}"
    described = {"Accept": "application/problem+json"}  # success has no body, so nothing else is described
    assert (
        client.delete(path, headers={**caller("ann"), "If-Match": "*"} | described).status_code == HTTPStatus.NO_CONTENT
    )


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "4",
        '"4"',
        "W/4-0123456789abcdef",
        '"4-0123456789abcdef", "5-0123456789abcdef"',
        '"-1-x"',
        '"٤-0123456789abcdef"',
    ],
)
def test_no_tag_of_ours_never_matches(client: Client, tag: str) -> None:
    path = f"/v1/notes/{keep('a', version=4)['id']}"
    answer = client.delete(path, headers={**caller("ann"), "If-Match": tag})
    assert answer.status_code == HTTPStatus.PRECONDITION_FAILED
    assert NOTES


def test_an_action_honours_it_when_sent(client: Client) -> None:
    path = f"/v1/notes/{keep('a')['id']}/archive"
    assert client.post(path, content_type=JSON, headers=caller("ann")).json() == {"word": "None"}
    sent = {**caller("ann"), "If-Match": '"9-0123456789abcdef"'}
    assert client.post(path, content_type=JSON, headers=sent).json() == {"word": "9"}
