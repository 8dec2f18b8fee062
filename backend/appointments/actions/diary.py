"""The keeper of visits, for apps below that change what visits rest on."""

from collections.abc import Sequence

from backend.appointments.actions.door import lock
from backend.appointments.actions.flag_at_risk import flag_at_risk
from backend.appointments.queries.uncovered import uncovered
from backend.clinics.consequences import AffectedVisit, Scope
from backend.clinics.models import Room


class AppointmentDiary:
    """Answers `clinics.consequences`; `config` puts it in place."""

    def lock(self, scope: Scope) -> None:
        """Practitioners by themselves; a clinic by all its rooms, since every booking there locks one of them."""
        rooms = Room.objects.filter(clinic_id__in=scope.clinic_ids).values_list("pk", flat=True)
        lock([*scope.practitioner_ids, *rooms])

    def uncovered(self, scope: Scope) -> list[AffectedVisit]:
        """The visits to come that set-up does not cover."""
        return uncovered(scope)

    def flag(self, affected: Sequence[AffectedVisit]) -> None:
        """A task for each, for the people of its clinic."""
        flag_at_risk(affected=affected)
