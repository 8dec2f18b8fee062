"""What the care pathway asks of a patient before a service: yes or no, on one local date. Pure.

Rules make sets of starts of it, the gate one word, eligibility a list: they cannot disagree. With no patient it is
what the service asks of anybody.
"""

from datetime import date

from backend.appointments.rules.facts import PatientFacts, ServiceFacts


def lacks_screening(service: ServiceFacts, patient: PatientFacts | None, today: date) -> bool:
    """No answers that count on the date (D10)."""
    answered = patient.screening if patient else None
    return service.needs_screening and (answered is None or answered.valid_until < today)


def is_blocked(service: ServiceFacts, patient: PatientFacts | None, today: date) -> bool:
    """Answers that count on the date and forbid the service, or wait for a physiotherapist (D10)."""
    answered = patient.screening if patient else None
    if not service.needs_screening or answered is None:
        return False
    return answered.is_blocking and today <= answered.valid_until


def lacks_clearance(service: ServiceFacts, patient: PatientFacts | None, today: date) -> bool:
    """No clearance that is live on the date or later (D7, R15)."""
    known = patient.clearances if patient else ()
    return service.needs_clearance and not any(one.last is None or today <= one.last for one in known)


def awaits_review(patient: PatientFacts | None) -> bool:
    """A course of the service that goes on once a physiotherapist has reviewed it (R14)."""
    return patient is not None and patient.is_review_due


def lacks_consent(service: ServiceFacts, patient: PatientFacts | None) -> bool:
    """No agreement to the service's present text (D13)."""
    return service.needs_consent and not (patient and patient.has_consented)
