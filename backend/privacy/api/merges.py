"""Duplicate patients, made one by two people, and apart again by two."""

import uuid
from typing import Any

from backend.audit.reading import note_reading
from backend.common.errors import EtagMismatch, NotFound, PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged
from backend.privacy.actions.approve_merge import approve_merge
from backend.privacy.actions.decline_merge import decline_merge
from backend.privacy.actions.propose_merge import propose_merge
from backend.privacy.actions.propose_merge_reversal import propose_merge_reversal
from backend.privacy.api.merge_shapes import (
    MergeReversalRequest,
    PatientMerge,
    PatientMergeQuery,
    PatientMergeRequest,
)
from backend.privacy.errors import MergeConflict, MergeIsOpen, MergeNotThere, PatientHasAccount, SecondPersonNeeded
from backend.privacy.queries.merges import find_merges, get_merge_for


class _OfMerge(Operation):
    permission = Permission.MERGE_PROPOSE
    people_only = True
    returns = PatientMerge
    rerender = True

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The merge as it is now."""
        return get_merge_for(call.actor, resource_id)


class ProposePatientMerge(_OfMerge):
    """Propose that two patients are one person.

    Nothing changes until a second person approves it (approvePatientMerge). Both have to be known at clinics of the
    caller: lookUpPatient finds one of another clinic. Refused at once where it could not be approved: the duplicate
    has an account, that of the patient who stays is closed, or the two have what one person cannot have twice
    (`conflicts`).
    """

    accepts = PatientMergeRequest
    status = 201
    raises = (NotFound, PatientMerged, PatientHasAccount, MergeConflict, MergeIsOpen)

    def handle(self, call: Call) -> Reply:
        """Staff of the desk, managers, owners."""
        merge = propose_merge(call.actor, **call.body)
        return Reply(get_merge_for(call.actor, merge.pk), location=f"/v1/patient-merges/{merge.pk}")


class ListPatientMerges(Operation):
    """List merges of duplicate patients.

    Those of patients known at the caller's clinics, the newest first: what waits for a second person with
    `status=proposed` and `status=reversal_proposed`. The audit log keeps who was shown.
    """

    permission = Permission.MERGE_PROPOSE
    people_only = True
    query = PatientMergeQuery
    returns = page_of(PatientMerge)

    def handle(self, call: Call) -> Reply:
        """Merges of which the caller sees both patients."""
        found = find_merges(call.actor, status=call.query.get("status"), patient_id=call.query.get("patient"))
        reply = paginate(call, found, order=["-id"])
        shown = [patient_id for one in reply.data["results"] for patient_id in (one.survivor_id, one.duplicate_id)]
        note_reading(call.actor, "merge.listed", patient_ids=shown)
        return reply


class GetPatientMerge(_OfMerge):
    """Read a merge of two patients.

    Who proposed it and why, who approved or declined it, and the same of its reversal.
    """

    def handle(self, call: Call, merge_id: uuid.UUID) -> Reply:
        """Of patients known at the caller's clinics; another's is as if absent."""
        merge = get_merge_for(call.actor, merge_id)
        note_reading(call.actor, "merge.read", patient_ids=[merge.survivor_id, merge.duplicate_id])
        return Reply(merge)


class ApprovePatientMerge(_OfMerge):
    """Approve a merge, or its reversal, as a second person.

    Carries out what is proposed, at once and as a whole. A merge gives all visits, answers, consents, clearances and
    courses of the duplicate to the patient who stays; of what contradicts, the safer counts: a blocked screening of
    either still blocks. Guardians of the duplicate get nothing by it: createGuardianInvitation asks them anew. The
    duplicate is left out of lists, look-up and booking, and tells where it went.
    A reversal gives back exactly what was moved; what was entered since stays, but for what was found in a visit that
    goes back, and a guardian or consent that was ended meanwhile ends for both. If-Match is required: a retry approves
    nothing else than what was read.
    """

    permission = Permission.MERGE_APPROVE
    if_match = IfMatch.REQUIRED
    raises = (
        PermissionDenied,
        SecondPersonNeeded,
        EtagMismatch,
        MergeNotThere,
        PatientMerged,
        PatientHasAccount,
        MergeConflict,
    )

    def handle(self, call: Call, merge_id: uuid.UUID) -> Reply:
        """Managers of clinics that know both, owners; never who proposed it."""
        approve_merge(call.actor, merge_id=merge_id, expected_version=call.expected_version)
        return Reply(get_merge_for(call.actor, merge_id))


class DeclinePatientMerge(_OfMerge):
    """Decline a merge, or its reversal.

    What is proposed is not carried out: a proposed merge is `declined` for good, a merge whose reversal was proposed
    stays `merged`. By who may approve it, or by who proposed it and thinks better of it.
    """

    if_match = IfMatch.OPTIONAL
    raises = (PermissionDenied, EtagMismatch, MergeNotThere)

    def handle(self, call: Call, merge_id: uuid.UUID) -> Reply:
        """Managers, owners, and who proposed it."""
        decline_merge(call.actor, merge_id=merge_id, expected_version=call.expected_version)
        return Reply(get_merge_for(call.actor, merge_id))


class ProposePatientMergeReversal(_OfMerge):
    """Propose to take a merge back.

    For two who are different people after all. Nothing changes until a second person approves it with
    approvePatientMerge. Where the patient who stays was merged further since, that is taken back first.
    """

    accepts = MergeReversalRequest
    if_match = IfMatch.OPTIONAL
    raises = (EtagMismatch, MergeNotThere)

    def handle(self, call: Call, merge_id: uuid.UUID) -> Reply:
        """Staff of the desk, managers, owners."""
        propose_merge_reversal(
            call.actor, merge_id=merge_id, expected_version=call.expected_version, reason=call.body["reason"]
        )
        return Reply(get_merge_for(call.actor, merge_id))
