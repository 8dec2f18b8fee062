"""The codes, for people and programs: `GET /v1/errors` and the page that every problem's `type` points at."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from backend.common.errors import Code
from backend.common.http import fields
from backend.common.http.access import PUBLIC
from backend.common.http.catalogue import CATALOGUE
from backend.common.http.cursors import read_cursor, write_cursor
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.problems import DOCS, status_of
from backend.common.http.routes import route
from backend.common.http.serializers import PageQuery, StrictSerializer, page_of


class ErrorDescription(StrictSerializer):
    """What a code means and what to do about it."""

    code = fields.ChoiceField(Code, name="ErrorCode", help_text="The code as it stands in a problem; it never changes.")
    type = fields.CharField(max_length=100, help_text="Address of the section that explains the code, as in a problem.")
    status = fields.IntegerField(min_value=400, max_value=599, help_text="The HTTP status that goes with the code.")
    title = fields.CharField(max_length=100, help_text="What happened, in a few words, in the language asked for.")
    cause = fields.CharField(max_length=300, help_text="Why it happens, in the language asked for.")
    remedy = fields.CharField(max_length=300, help_text="What a client does about it, in the language asked for.")


class ListErrors(Operation):
    """List the error codes.

    Every code that a problem may carry, each explained once. New codes may be added at any time, so treat a code
    that you do not know by its status.
    """

    permission = PUBLIC
    query = PageQuery
    returns = page_of(ErrorDescription)
    needs_database = False

    def handle(self, call: Call) -> Reply:
        start = (read_cursor(call) or [0])[0]
        end = start + call.query["limit"]
        found = [_describe(code) for code in list(CATALOGUE)[start:end]]
        return Reply({"results": found, "next_cursor": write_cursor(call, [end] if end < len(CATALOGUE) else None)})


def _describe(code: Code) -> dict[str, object]:
    entry = CATALOGUE[code]
    texts = {"title": gettext(entry.title), "cause": gettext(entry.cause), "remedy": gettext(entry.remedy)}
    return {"code": code, "type": f"{DOCS}#{code}", "status": status_of(code), **texts}


def error_page(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    return render(
        request, "common/errors.html", {"errors": [_describe(code) for code in CATALOGUE], "docs_url": reverse("docs")}
    )


urlpatterns = [route("errors", get=ListErrors)]
