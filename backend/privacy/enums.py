"""Words of what is told of the records that are kept about people."""

from enum import StrEnum

from django.db.models import TextChoices


class AccessKind(StrEnum):
    """Whether data was looked at or changed."""

    READ = "read"
    CHANGED = "changed"


class AccessParty(StrEnum):
    """Who it was, as patients are told: `you`, a `guardian` of the patient, somebody of the clinics by their present
    role, `staff` who has none any more, an `integration` that a clinic connected, or the `system` by itself. Members
    may be added.
    """

    YOU = "you"
    GUARDIAN = "guardian"
    FRONT_DESK = "front_desk"
    PRACTITIONER = "practitioner"
    CLINIC_MANAGER = "clinic_manager"
    OWNER = "owner"
    STAFF = "staff"
    INTEGRATION = "integration"
    SYSTEM = "system"


class RecordClass(TextChoices):
    """What is kept for one reason, and goes at one time: what was said to promote (`marketing`), what one signs in with
    (`account`), what runs a clinic (`operational`), the record of care (`clinical`), who saw it (`audit`).
    """

    MARKETING = "marketing"
    ACCOUNT = "account"
    OPERATIONAL = "operational"
    CLINICAL = "clinical"
    AUDIT = "audit"


class ExportStatus(StrEnum):
    """Where an export stands: being put together, there to be fetched, fetched once, or its day is over."""

    PREPARING = "preparing"
    READY = "ready"
    FETCHED = "fetched"
    EXPIRED = "expired"


class MergeStatus(TextChoices):
    """Where the merge of a duplicate stands: `proposed` until a second person approves it (`merged`) or somebody
    declines it; once merged its reversal can be proposed (`reversal_proposed`) and approved (`reversed`)."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    MERGED = "merged"
    REVERSAL_PROPOSED = "reversal_proposed"
    REVERSED = "reversed"


OPEN_MERGES = (MergeStatus.PROPOSED, MergeStatus.MERGED, MergeStatus.REVERSAL_PROPOSED)


class MergeDeed(TextChoices):
    """What a merge did to a row: gave it to the patient who stays (`moved`), made it (`added`), or ended it, since the
    other record says what is safer (`ended`)."""

    MOVED = "moved"
    ADDED = "added"
    ENDED = "ended"


class ContradictionKind(TextChoices):
    """What one person cannot have twice: visits at one time, a hold in the way of one (it runs out within minutes), two
    open courses of one treatment and region, two places on the wait list for one service."""

    VISIT = "visit"
    HOLD = "hold"
    COURSE = "course"
    WAITLIST_ENTRY = "waitlist_entry"
