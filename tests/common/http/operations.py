"""Throw-away operations: each shows one convention. Their rows are idempotency receipts, the kernel's own table."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.urls import include, path, re_path

from backend.common.errors import AlreadyExists, EtagMismatch, NotFound
from backend.common.http import fields, problems
from backend.common.http.access import PUBLIC, SIGNED_IN
from backend.common.http.operations import Call, Idempotency, IfMatch, Operation, Reply
from backend.common.http.routes import route
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of, page_of
from backend.common.permissions import Permission

NOTES: dict[uuid.UUID, dict[str, Any]] = {}
BEFORE_ANSWER: list[Callable[[], None]] = []


class Colour(StrEnum):
    """A colour of a note."""

    RED = "red"
    BLUE = "blue"


class Part(StrictSerializer):
    """A part of a note."""

    title = fields.CharField(max_length=20, help_text="What the part is called on paper.")
    weight = fields.IntegerField(min_value=0, max_value=1000, help_text="Its weight in whole grams.")


class NoteRequest(StrictSerializer):
    """A note to write."""

    text = fields.CharField(max_length=100, help_text="What the note says, in plain words.")
    count = fields.IntegerField(required=False, help_text="How many copies there shall be.")
    share = fields.FloatField(required=False, help_text="The share of the page it takes.")
    is_open = fields.BooleanField(required=False, help_text="True when everyone may read it.")
    owner_id = fields.UUIDField(required=False, help_text="The id of whoever owns the note.")
    due_at = fields.DateTimeField(required=False, help_text="When it is due, an instant with offset.")
    due_date = fields.DateField(required=False, help_text="The local date on which it is due.")
    due_time = fields.TimeField(required=False, help_text="The wall time at which it is due.")
    colour = fields.ChoiceField(Colour, required=False, help_text="The colour of the paper used.")
    email = fields.EmailField(required=False, help_text="Where to send the note once it is written.")
    link = fields.URLField(required=False, help_text="Where there is more about this note.")
    tags = fields.ListField(
        child=fields.CharField(max_length=10), required=False, max_length=3, help_text="Words to find the note by."
    )
    parts = list_of(Part, max_length=5, required=False, help_text="The parts that make up the note.")


class NoteChange(StrictSerializer):
    """A change to a note."""

    text = fields.CharField(max_length=100, required=False, help_text="What the note shall say from now on.")
    colour = fields.ChoiceField(Colour, required=False, help_text="The colour of the paper used.")


class Note(VersionedSerializer):
    """A note."""

    id = fields.UUIDField(help_text="The identifier of this very note.")
    text = fields.CharField(max_length=100, help_text="What the note says, in plain words.")
    written_at = fields.DateTimeField(help_text="When the note was written, an instant.")


class NoteQuery(PageQuery):
    """Filters of the list of notes."""

    colour = fields.ChoiceField(Colour, required=False, help_text="Only notes on paper of this colour.")
    owner = fields.ListField(
        child=fields.UUIDField(), required=False, help_text="Only notes that these persons own; repeat it."
    )
    is_open = fields.BooleanField(required=False, help_text="Only notes that everyone may read.")
    expand = fields.ExpandField(Colour, help_text="Related objects to put into the answer.")


class Word(StrictSerializer):
    """One word."""

    word = fields.CharField(help_text="The one word of this answer.")


def keep(text: str, version: int = 1) -> dict[str, Any]:
    """Write a note, bare."""
    note = {"id": uuid.uuid4(), "text": text, "version": version, "written_at": datetime(2026, 11, 2, 17, tzinfo=UTC)}
    NOTES[note["id"]] = note  # type: ignore[index]
    return note


class ListNotes(Operation):
    """List the notes."""

    permission = PUBLIC
    query = NoteQuery
    returns = page_of(Note)

    def handle(self, call: Call) -> Reply:
        return Reply({"results": list(NOTES.values())[: call.query["limit"]], "next_cursor": None})


class GetNote(Operation):
    """Get a note."""

    permission = PUBLIC
    returns = Note
    raises = (NotFound,)

    def handle(self, call: Call, note_id: uuid.UUID) -> Reply:
        if note_id not in NOTES:
            raise NotFound
        return Reply(NOTES[note_id])


class CreateNote(Operation):
    """Write a note.

    It leaves a row, so that tests can count effects.
    """

    permission = Permission.CLINIC_MANAGE
    accepts = NoteRequest
    returns = Note
    status = 201
    raises = (AlreadyExists,)

    def handle(self, call: Call) -> Reply:
        leave_effect()
        if call.body["text"] == "refuse":
            raise AlreadyExists
        if call.body["text"] == "break":
            raise RuntimeError("as asked")
        for act in BEFORE_ANSWER:
            act()
        note = keep(call.body["text"])
        return Reply(note, location=f"/v1/notes/{note['id']}")


class CreateSecretNote(CreateNote):
    """Write a note whose text must not be stored twice."""

    rerender = True
    idempotency = Idempotency.REQUIRED

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        if resource_id not in NOTES:
            raise NotFound
        return NOTES[resource_id]


class Knock(CreateNote):
    """Write a note, which may be done only so often."""

    budget = "dependant"


class Ring(Operation):
    """Ring, which anyone at one address may do only so often."""

    permission = PUBLIC
    budget = "dependant"

    def handle(self, call: Call) -> Reply:
        return Reply()


class UpdateNote(Operation):
    """Change a note."""

    permission = SIGNED_IN
    accepts = NoteChange
    returns = Note

    def handle(self, call: Call, note_id: uuid.UUID) -> Reply:
        note = NOTES[note_id]
        if call.expected_version not in (None, note["version"]):
            raise EtagMismatch
        note |= {**call.body, "version": note["version"] + 1}
        return Reply(note)


class DeleteNote(Operation):
    """Throw a note away."""

    permission = SIGNED_IN

    def handle(self, call: Call, note_id: uuid.UUID) -> Reply:
        NOTES.pop(note_id)
        return Reply()


class ArchiveNote(Operation):
    """Archive a note."""

    permission = SIGNED_IN
    if_match = IfMatch.OPTIONAL
    returns = Word

    def handle(self, call: Call, note_id: uuid.UUID) -> Reply:
        return Reply({"word": str(call.expected_version)})


class GetMine(Operation):
    """Get what is mine."""

    permission = SIGNED_IN
    returns = Word

    def handle(self, call: Call) -> Reply:
        return Reply({"word": call.language})


class GetGreeting(Operation):
    """Greet whoever calls."""

    permission = PUBLIC
    returns = Word

    def handle(self, call: Call) -> Reply:
        return Reply({"word": "you" if call.visitor else "stranger"})


class GetStamped(Operation):
    """Get something whose tag is known beforehand."""

    permission = PUBLIC
    returns = Word
    max_age_seconds = 0

    def current_etag(self, call: Call, **path: uuid.UUID) -> str | None:
        return '"stamp"'

    def handle(self, call: Call) -> Reply:
        raise AssertionError("the caller has it already")


class GetCalendar(Operation):
    """Get something that is no JSON."""

    permission = PUBLIC
    produces = "text/calendar"

    def handle(self, call: Call) -> Reply:
        return Reply("BEGIN:VCALENDAR")


class Statement(StrictSerializer):
    """A statement."""

    sql = fields.CharField(max_length=1000, help_text="The statement that PostgreSQL shall run.")


class RunSql(Operation):
    """Run SQL that PostgreSQL refuses."""

    permission = PUBLIC
    accepts = Statement
    returns = Word
    raises = (AlreadyExists, EtagMismatch)

    def handle(self, call: Call) -> Reply:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(call.body["sql"])
        return Reply({"word": "done"})


def leave_effect() -> None:
    """A row in a table of the kernel, in the transaction of the request."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_idempotencyreceipt"
            " (id, caller_id, key, operation_id, fingerprint, status, location, etag)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 'effect', 'effect', '', 200, '', '')"
        )


v1 = [
    route("notes", get=ListNotes, post=CreateNote),
    route("secret-notes", post=CreateSecretNote),
    route("notes/<uuid:note_id>", get=GetNote, patch=UpdateNote, delete=DeleteNote),
    route("notes/<uuid:note_id>/archive", post=ArchiveNote),
    route("knocks", post=Knock),
    route("rings", post=Ring),
    route("mine", get=GetMine),
    route("greeting", get=GetGreeting),
    route("stamped", get=GetStamped),
    route("calendar", get=GetCalendar),
    route("sql", post=RunSql),
]
urlpatterns = [path("v1/", include((v1, "v1"))), re_path("", problems.not_found)]
handler400 = problems.bad_request
handler500 = problems.server_error
