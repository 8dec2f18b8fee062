"""Refusals of set-up, and the constraints that stand behind them."""

from typing import ClassVar

from backend.common.errors import AlreadyExists, Code, DomainError, FieldCode, FieldError, Kind


class _Taken(AlreadyExists):
    pointer: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(self.pointer, FieldCode.TAKEN, self.detail),))


class SlugTaken(_Taken):
    pointer, detail = "/slug", "Another clinic has this slug."


class ServiceCodeTaken(_Taken):
    pointer, detail = "/code", "Another service has this code."


class RoomNameTaken(_Taken):
    pointer, detail = "/name", "Another room of this clinic has this name."


class HoursOverlap(_Taken):
    pointer, detail = "/from_time", "The clinic has opening hours at that time already, on some of these dates."


class MemberAlready(_Taken):
    pointer, detail = "/role", "This person has this role already."


class OfferExists(DomainError):
    code, kind = Code.IF_MATCH_REQUIRED, Kind.INVALID
    detail = "The clinic has this service on its list. Read the list and send the etag in If-Match."


class ColdOrHeatChosen(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The clinic has chosen between cold and heat. It can choose the other, but not undo the choice."


class LastOwner(DomainError):
    code, kind, detail = Code.INVALID_TRANSITION, Kind.CONFLICT, "The chain needs an owner; name another one first."


class OwnerStays(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "An owner's role is not changed: give the person another one, and take this one away."


class StillMember(DomainError):
    code, kind = Code.STILL_MEMBER, Kind.FORBIDDEN
    detail = "This account has a role at a clinic. Have a manager take it away first."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "clinic_cold_or_heat_stays_chosen": ColdOrHeatChosen,
    "api_key_prefix_is_unique": AlreadyExists,
    "api_key_stands_for_one_user": AlreadyExists,
    "api_key_has_a_clinic_once": AlreadyExists,
    "clinic_slug_is_unique": SlugTaken,
    "service_code_is_unique": ServiceCodeTaken,
    "room_name_is_unique_in_its_clinic": RoomNameTaken,
    "opening_hours_do_not_overlap": HoursOverlap,
    "membership_is_held_once": MemberAlready,
    "ownership_is_held_once": MemberAlready,
    "question_set_version_is_given_once": AlreadyExists,
    "question_set_is_current_once": AlreadyExists,
    "question_answer_topic_is_answered_once": AlreadyExists,
}
