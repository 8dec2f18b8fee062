"""HTTP as clients meet it on the real server: compression, odd addresses, preflights, budgets over two servers."""

import gzip
import json
from collections import Counter
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.concurrency.crowd import at_once, sign_in
from tests.live import Answer, LiveApi, MakeLiveApi, get

PAGE = "http://localhost:3000"


def send(api: LiveApi, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    with closing(HTTPConnection("127.0.0.1", api.port, timeout=30)) as connection:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, None if body is None else json.dumps(body), names)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}


def test_a_compressed_answer_keeps_its_tags_useful(live_api: LiveApi) -> None:
    token = f"Bearer {sign_in(live_api, 'stranger@demo.test').token}"
    plain = send(live_api, "GET", "/v1/me", Authorization=token)
    small = send(live_api, "GET", "/v1/me", Authorization=token, Accept_Encoding="gzip")
    assert plain.headers["Content-Encoding"] is None
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body
    assert "accept-encoding" in words(small.headers["Vary"])
    assert small.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for tag in (small.headers["ETag"], plain.headers["ETag"]):
        known = send(live_api, "GET", "/v1/me", Authorization=token, Accept_Encoding="gzip", If_None_Match=tag)
        assert (known.status, known.body) == (304, b"")
    change = {"Authorization": token, "Content_Type": "application/json", "If_Match": small.headers["ETag"]}
    assert send(live_api, "PATCH", "/v1/me", {"language": "fr"}, **change).status == 200
    assert send(live_api, "PATCH", "/v1/me", {"language": "en"}, **change).status == 412


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/clinics/", 404),
        ("GET", "/v1//clinics", 404),
        ("GET", "//v1/clinics", 404),
        ("GET", "/nowhere", 404),
        ("POST", "/nowhere", 404),
        ("BREW", "/nowhere", 404),
        ("GET", "/v1/clinics/%00", 404),
        ("GET", "/v1/clin%00ics", 404),
        ("GET", "/v1/clinics/%ff", 404),
        ("GET", "/v1/" + "a" * 9000, 404),
        ("GET", "/v1/clinics/../me", 404),
        ("GET", "/v1/clinics?limit=1&limit=2", 400),
        ("GET", "/v1/clinics?colour=1", 400),
        ("GET", "/v1/clinics?q=%00", 400),
        ("GET", "/v1/clinics?limit=1000000000", 400),
        ("GET", "/v1/clinics?limit=1e9", 400),
        ("GET", "/v1/clinics?cursor=AAAA", 400),
        ("GET", "/v1/slots?service=massage&from_date=0000-00-00", 400),
        ("GET", "/v1/slots?service=massage&from_date=99999-01-01", 400),
        ("PUT", "/v1/clinics", 405),
        ("BREW", "/v1/clinics", 405),
    ],
)
def test_odd_requests_get_problems(live_api: LiveApi, method: str, path: str, status: int) -> None:
    answer = send(live_api, method, path)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.body)["status"] == status
    assert all(answer.headers[name] for name in ("RateLimit", "RateLimit-Policy", "X-Request-Id"))
    assert status != 405 or "get" in words(answer.headers["Allow"])


def test_nothing_sent_becomes_a_header(live_api: LiveApi) -> None:
    answer = get(live_api.port, "/v1/clinics?q=%0d%0aX-Evil:%201")
    assert answer.headers["X-Evil"] is None
    forged = send(live_api, "GET", "/v1/clinics", X_Request_Id="req_mine", Origin="http://evil.test")
    assert forged.headers["X-Request-Id"] != "req_mine"
    assert forged.headers["Access-Control-Allow-Origin"] is None


def test_a_page_may_ask_and_read_the_headers(live_api: LiveApi) -> None:
    wanted = "authorization,content-type,idempotency-key,if-match,if-none-match"
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": wanted}
    answer = send(live_api, "OPTIONS", "/v1/holds", Origin=PAGE, **asked)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, PAGE)
    assert words(wanted) <= words(answer.headers["Access-Control-Allow-Headers"])
    read = send(live_api, "GET", "/v1/clinics", Origin=PAGE)
    exposed = "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotent-Replayed"
    assert words(exposed) == words(read.headers["Access-Control-Expose-Headers"])
    assert {"origin", "accept-language"} <= words(read.headers["Vary"])


def test_a_budget_holds_over_two_servers_whatever_address_is_claimed(make_live_api: MakeLiveApi) -> None:
    one = make_live_api({"BUDGETS": "*=100000/600,sign_in_device=5/600"}, seed=False)
    other = LiveApi(one.owner_database_url, one.log_path, one.env)
    other.start()
    body = {"email": "nobody@demo.test", "password": "wrong horse battery"}

    def guess(number: int) -> Answer:
        claimed = f"203.0.113.{number}"
        headers = {"Content_Type": "application/json", "X_Forwarded_For": claimed, "X_Real_IP": claimed}
        return send((one, other)[number % 2], "POST", "/v1/auth/token", body, Forwarded=f"for={claimed}", **headers)

    try:
        answers = at_once([partial(guess, number) for number in range(40)])
    finally:
        other.stop()
    assert Counter(answer.status for answer in answers) == {401: 5, 429: 35}
