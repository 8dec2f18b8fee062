"""What an app's `api` module is made of: one class per operation, given a `Call`, answering with a `Reply`."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, cast

from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request

from backend.common.access import Actor
from backend.common.budgets import Charge
from backend.common.errors import DomainError
from backend.common.http.access import PUBLIC, Access
from backend.common.http.addresses import address_of
from backend.common.http.errors import NotAuthenticated
from backend.common.http.rendering import MEDIA_TYPE
from backend.common.http.serializers import StrictSerializer
from backend.common.http.uploads import Upload
from backend.common.permissions import Permission


class Idempotency(Enum):
    """Whether an operation takes the header Idempotency-Key (R16)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class IfMatch(Enum):
    """Whether an operation takes the header If-Match. OPTIONAL is for action POSTs that honour it."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(slots=True)
class Call:
    """One request, checked and converted. `request` is for what is no part of the contract: address, user agent."""

    request: Request
    operation_id: str
    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    file: bytes = b""
    """What was sent to an operation that declares `upload`."""
    expected_version: int | None = None
    """The version of If-Match; None when the header is absent or `*`."""
    is_personal: bool = False
    """True once anything asked who calls: the answer must not be cached by others."""

    @property
    def actor(self) -> Actor:
        """Who calls. Raises NotAuthenticated when nobody signed in, or what the token is refused for."""
        visitor = self.visitor
        if visitor is None:
            raise NotAuthenticated
        return visitor

    @property
    def visitor(self) -> Actor | None:
        """Who calls, if anyone signed in; for public operations. Raises when a token is sent that is refused."""
        self.is_personal = True
        return cast(Actor | None, self.request.auth)

    @property
    def address(self) -> str:
        """The network address it comes from, to count by; empty when it cannot be known."""
        return address_of(self.request._request)

    @property
    def language(self) -> str:
        """The language of texts in the answer, from Accept-Language: `en` or `fr`."""
        return (get_language() or "en")[:2]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers. `data` is handed to the serializer named by `returns`.

    `is_plain`: data is JSON-ready already (or its bytes), the serializer only documents it; for large answers.
    `etag`: for a GET whose data carries none. `resource_id`: what `reload` needs, if the body has no `id`.
    """

    data: Any = None
    status: int | None = None
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    resource_id: uuid.UUID | None = None
    is_plain: bool = False


class Operation:
    """One method of one path. The class name is the operationId, the docstring its summary and description."""

    permission: ClassVar[Permission | Access]
    accepts: ClassVar[type[StrictSerializer] | None] = None
    upload: ClassVar[Upload | None] = None
    """The one file that is sent as multipart/form-data, instead of a JSON body."""
    query: ClassVar[type[StrictSerializer] | None] = None
    returns: ClassVar[type[serializers.Serializer[Any]] | None] = None
    produces: ClassVar[str] = MEDIA_TYPE
    """Another media type means that `Reply.data` is the finished text or bytes."""
    status: ClassVar[int | None] = None
    """None: 200, or 204 when there is no body."""
    raises: ClassVar[tuple[type[DomainError], ...]] = ()
    idempotency: ClassVar[Idempotency | None] = None
    """None: OPTIONAL for POST and PATCH of signed-in callers outside `auth/`, else NONE."""
    if_match: ClassVar[IfMatch | None] = None
    """None: REQUIRED for PATCH and DELETE, else NONE."""
    rerender: ClassVar[bool] = False
    """True when the answer holds health data: a replay renders it again from its id instead of storing it (R16)."""
    budget: ClassVar[str | None] = None
    """The budget of settings.BUDGETS that each call is counted against, refused ones too: of the person who is signed
    in; of the network address, for a public operation."""
    asks_who_calls: ClassVar[bool] = False
    """True for a public operation that looks at `Call.visitor`: nobody need sign in, but a token that is sent must be
    good."""
    people_only: ClassVar[bool] = False
    """True for what no API key may reach, whatever its scopes: health data, who acts for whom."""
    asks_for_proof: ClassVar[bool] = False
    """True for what a phone left on a table must not do: the caller proved who they are a short while ago, else
    `step_up_required`."""
    needs_database: ClassVar[bool] = True
    """False for what is answered while the database is down, too."""
    max_age_seconds: ClassVar[int] = 60
    """How long anyone may keep a public GET that did not look at who calls."""

    handle: Callable[..., Reply]
    """`handle(self, call, **path_ids) -> Reply`: one query or one action."""

    def charges(self, call: Call) -> list[Charge]:
        """What a call costs, once its body is checked and before anything is done."""
        if self.budget is None:
            return []
        return [Charge(self.budget, call.address if self.permission is PUBLIC else str(call.actor.user_id))]

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The data of a replayed answer, loaded with the caller's present rights. Raises NotFound."""
        raise NotImplementedError

    def current_etag(self, call: Call, **path: uuid.UUID) -> str | None:
        """For a GET: the tag of the answer, if it is known without making the answer."""
        return None

    @classmethod
    def operation_id(cls) -> str:
        """`CreateHold` is `createHold` in the contract."""
        return cls.__name__[0].lower() + cls.__name__[1:]
