"""Settings of the API itself: REST framework and the published description."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["backend.config.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # operations name their permission; see common.http.views
    "DEFAULT_RENDERER_CLASSES": ["backend.common.http.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],  # bodies are read by common.http.parsing
    "DEFAULT_SCHEMA_CLASS": "backend.common.http.openapi.schema.OperationSchema",
    "EXCEPTION_HANDLER": "backend.common.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

_DESCRIPTION = """\
Books visits at the clinics of one rehab chain.

* JSON in and out, in UTF-8. Instants are RFC 3339 with offset, ids are UUIDs. Unknown fields are refused.
* Failures are `application/problem+json` (RFC 9457). Decide by `code`; `GET /v1/errors` explains each one.
* Lists answer `results` and `next_cursor`; send it back as `cursor`, with the same filters, for the next page.
* PATCH and DELETE need `If-Match` with the `etag` you read; action POSTs take it. Reads take `If-None-Match`.
* Send `Idempotency-Key` with a POST or PATCH, and repeat it when you retry: one key has at most one effect.
* Every call takes `Accept-Language` (`en` or `fr`, `fr-CA` as well; absent: `en`) for the language of texts, with or
  without sign-in. Codes never change.
* Outside production every call takes `X-Sandbox-Scenario: <code>`, which forces that error of the operation;
  `slot_not_bookable.<rule>` chooses the rule of `rules[]`. See the tag `sandbox`.
* Version 1 only grows: expect new fields, new codes and new enum members; show `detail` for an unknown one."""

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Evergreen",
    "DESCRIPTION": _DESCRIPTION,
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "CONTACT": {"name": "Evergreen API", "url": "https://evergreen.example/support", "email": "api@evergreen.example"},
    "LICENSE": {"name": "All rights reserved", "identifier": "LicenseRef-Evergreen"},
    "SERVERS": [
        {
            "url": "/",
            "description": "The server that this was read from: local, staging or production.",
            "x-internal": True,
        },
        {
            "url": "https://{host}",
            "description": "Production, for the apps of the chain.",
            "x-internal": False,
            "variables": {"host": {"default": "api.evergreen.example", "description": "The host of the chain."}},
        },
    ],
    "TAGS": [
        {"name": "auth", "description": "Register, sign in, stay signed in, sign out."},
        {"name": "me", "description": "The person who calls: profile, memberships, sessions, dependants."},
        {"name": "clinics", "description": "Where visits take place: addresses, hours, what is offered."},
        {"name": "services", "description": "What can be booked: length, price, preparation, what must come before."},
        {"name": "practitioners", "description": "Who gives visits: public profile, languages, valid credentials."},
        {"name": "slots", "description": "When a visit can start, and why another start is refused."},
        {"name": "holds", "description": "Starts that are kept free for a few minutes while a booking is completed."},
        {"name": "appointments", "description": "Visits: book, read, move, cancel, and what happens on the day."},
        {"name": "series", "description": "Several visits of one service planned and booked together."},
        {"name": "waitlist-entries", "description": "Who waits for a time to become free, and in which order."},
        {"name": "waitlist-offers", "description": "Times that became free and are kept for who waited."},
        {"name": "patients", "description": "The people under care, as staff and their families see them."},
        {
            "name": "screening-questionnaires",
            "description": "The health questions before needling, in versions, and what a yes means.",
        },
        {"name": "screenings", "description": "Patients' answers to the health questions, and where they stand."},
        {"name": "guardianships", "description": "Who looks after whom, how far and until when."},
        {"name": "consents", "description": "What patients agreed to before a treatment, and took back."},
        {"name": "assessments", "description": "What physiotherapists found before a treatment, signed and amended."},
        {"name": "advice-templates", "description": "What clinics tell patients to do after visits, in versions."},
        {"name": "courses", "description": "Courses of treatment: planned, booked, reviewed, and how they go."},
        {"name": "tasks", "description": "What front desks, managers and practitioners are to see to."},
        {"name": "api-keys", "description": "Keys by which programs of others call this API."},
        {
            "name": "patient-merges",
            "description": "Two records of one person made one, and apart again, each time by two people.",
        },
        {"name": "audit-events", "description": "Who saw or changed what, kept for good."},
        {"name": "errors", "description": "Every error code, its cause and its remedy."},
        {"name": "rooms", "description": "The rooms of a clinic, which visits occupy one at a time."},
        {"name": "opening-hours", "description": "When a clinic is open, week by week, by its own clock."},
        {"name": "closures", "description": "Dates on which clinics are shut, and why."},
        {"name": "members", "description": "Who works at a clinic, and as what."},
        {"name": "credentials", "description": "What practitioners have proved, who vouched for it, and when it ends."},
        {"name": "working-hours", "description": "When practitioners work week by week, by each clinic's clock."},
        {"name": "extra-hours", "description": "Dates on which practitioners work more than every week."},
        {"name": "time-off", "description": "Dates on which practitioners are away."},
        {"name": "offerings", "description": "Which services practitioners give at which clinics."},
        {
            "name": "sandbox",
            "description": (
                "Outside production alone; there these paths answer `not_found` and the header is ignored. With the "
                "header `X-Sandbox-Scenario: <code>` any operation answers with that one of its documented errors and "
                "does nothing: the body is not looked at, sign-in and rights still are. A code that is not among them "
                "gets `validation_failed`, which names those that are."
            ),
        },
    ],
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "string", "format": "uuid"}},
    "SCHEMA_PATH_PREFIX": "/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "GENERIC_ADDITIONAL_PROPERTIES": None,
    "POSTPROCESSING_HOOKS": ["backend.common.http.openapi.hooks.complete", "backend.config.openapi.add_roles"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # `write_spec --check` is stricter
}
