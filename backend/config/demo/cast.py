"""Who signs in to the demo. E-mails are fixed; everyone has the one password."""

from dataclasses import dataclass

PASSWORD = "demo-only-Passw0rd"  # noqa: S105 - public by design; the seed refuses to run in production


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demo; `who` says in a few words what it is there to show."""

    email: str
    given_name: str
    family_name: str
    who: str
    language: str = "en"


OWNER = Person("owner@demo.test", "Rosalind", "Achebe", "owner of the chain")
MANAGER_COQUITLAM = Person("manager.coquitlam@demo.test", "Tomas", "Lindqvist", "clinic manager, Coquitlam")
MANAGER_LANGLEY = Person("manager.langley@demo.test", "Priya", "Raman", "clinic manager, Langley")
DESK_COQUITLAM = Person("desk.coquitlam@demo.test", "Hannah", "Kowalski", "front desk, Coquitlam")
DESK_LANGLEY = Person("desk.langley@demo.test", "Marcus", "Okafor", "front desk, Langley")
IMS = Person("ims@demo.test", "Elena", "Petrova", "IMS physiotherapist, Coquitlam Mon-Wed, Langley Thu-Fri")
IMS_EXPIRING = Person(
    "ims.expiring@demo.test", "David", "Nakamura", "IMS physiotherapist, Coquitlam, certificate ends in 20 days"
)
PHYSIO = Person("physio@demo.test", "Amara", "Singh", "physiotherapist without IMS, Coquitlam and Langley")
TORONTO = Person("toronto@demo.test", "Julien", "Tremblay", "IMS physiotherapist, Toronto", "fr")
CLEARED = Person("cleared@demo.test", "Noah", "Bergeron", "patient, IMS session 2 of 10 done, may book the next")
REVIEW = Person("review@demo.test", "Grace", "Mbeki", "patient, IMS session 4 of 10 done, review due")
NEW = Person("new@demo.test", "Liam", "Chen", "patient, nothing answered yet")
FLAGGED = Person("flagged@demo.test", "Sofia", "Almeida", "patient, an answer waits for a physiotherapist")
PARENT = Person("parent@demo.test", "Claire", "Dubois", "patient with a child as dependant", "fr")
STRANGER = Person("stranger@demo.test", "Oscar", "Whitfield", "patient of Langley only")

STAFF = (
    OWNER,
    MANAGER_COQUITLAM,
    MANAGER_LANGLEY,
    DESK_COQUITLAM,
    DESK_LANGLEY,
    IMS,
    IMS_EXPIRING,
    PHYSIO,
    TORONTO,
)
PATIENTS = (CLEARED, REVIEW, NEW, FLAGGED, PARENT, STRANGER)
EVERYONE = (*STAFF, *PATIENTS)


def who_can_sign_in() -> str:
    """The list that is printed beside the running demo."""
    width = max(len(person.email) for person in EVERYONE)
    lines = [f"  {person.email:<{width}}  {person.who}" for person in EVERYONE]
    return "\n".join([f"Everyone's password is {PASSWORD}", *lines])
