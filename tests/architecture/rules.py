"""The rules of the house about source: what to look for, where, and snippets that show the rule can tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.architecture import finders
from tests.architecture.finders import Faults
from tests.architecture.source import Module


@dataclass(frozen=True)
class Rule:
    """`applies` tells which modules; `bad` and `good` are snippets, as if they stood at `path`."""

    find: Callable[[Module], Faults]
    applies: Callable[[Module], bool]
    path: str
    bad: tuple[str, ...]
    good: tuple[str, ...] = ()


def _is_product(module: Module) -> bool:
    return module.parts[0] == "backend" and not module.is_migration


def _is_api(module: Module) -> bool:
    return _is_product(module) and "api" in module.parts[2:]


def _is_migration(module: Module) -> bool:
    return module.is_migration


def _is_use_case(module: Module) -> bool:
    is_action = "actions" in module.parts[2:-1] and not module.parts[-1].startswith("_")
    return _is_product(module) and is_action and module.path not in MACHINERY


# In actions/ beside the use cases: what several of them go through, and `attend`, five names for one action.
MACHINERY = {
    f"backend/appointments/actions/{name}.py"
    for name in (
        "advance",
        "agreeing",
        "alternatives",
        "amend",
        "attend",
        "cancelling",
        "chronicle",
        "diary",
        "door",
        "move",
        "movable",
        "draft",
        "fulfil",
        "retime",
        "settle",
        "take",
        "take_series",
        "hold_limits",
        "whom",
        "wish",
    )
}

# Lists of like things: one name more is one line more, and nobody has to hold them in the head together.
CATALOGUES = {"enums", "errors", "event_types", "models", "api", "fields", "serializers", "migrations", "demo"}
# Modules with more than five public names, and why that is right.
CROWDED_FOR_A_REASON: Mapping[str, str] = {
    "backend/common/walltime.py": "the one home of conversion between wall and instant (D25)",
    "backend/common/http/problems.py": "the one home of statuses, with the four handlers that Django wants by name",
    "backend/appointments/rules/sets.py": "one function a rule of the registry (R3)",
}


def _is_crowdable(module: Module) -> bool:
    is_catalogue = bool(CATALOGUES & set(module.parts[2:]))
    return _is_product(module) and not is_catalogue and module.path not in CROWDED_FOR_A_REASON


_ZONE_HOMES = ("backend/common/walltime.py", "backend/common/periods.py", "backend/common/zonedata.py")
_REAL_TIME_APPS = ("accounts", "common", "config", "events", "audit")
# The demo writes months of history at once, one visit at a time would take a minute; the trigger judges all the same.
_STATUS_HOMES = (
    "backend/appointments/actions/advance.py",
    "backend/appointments/actions/waitlist/_advance.py",
    "backend/config/demo/visits.py",
)

RULES = (
    Rule(
        finders.queries_in_api,
        _is_api,
        "backend/clinics/api/views.py",
        bad=("Clinic.objects.all()", "clinic.rooms.model._default_manager", "from django.db import connection"),
        good=("clinics_for(actor)",),
    ),
    Rule(
        finders.naive_times,
        lambda module: bool(module.path),
        "backend/x.py",
        bad=(
            "datetime.utcnow()",
            "datetime.now()",
            "datetime.datetime.now(None)",
            "datetime.now(tz=None)",
            "datetime.fromtimestamp(5)",
            "date.today()",
            "timezone.make_naive(t)",
        ),
        good=("datetime.now(UTC)", "datetime.now(tz=UTC)", "datetime.fromtimestamp(5, UTC)", "clock.now()"),
    ),
    Rule(
        finders.other_clocks,
        lambda module: _is_product(module) and module.app not in _REAL_TIME_APPS and "models" not in module.parts,
        "backend/appointments/actions/book.py",
        bad=("datetime.now(UTC)", "timezone.now()", "time.time()", "models.functions.Now()"),
        good=("clock.now()",),
    ),
    Rule(
        finders.zone_conversions,
        lambda module: _is_product(module) and module.path not in _ZONE_HOMES,
        "backend/appointments/x.py",
        bad=(
            "ZoneInfo('America/Toronto')",
            "t.astimezone()",
            "t.astimezone(None)",
            "t.replace(tzinfo=zone)",
            "datetime.combine(day, time(9), tzinfo=zone)",
            "datetime(2026, 11, 1, 1, 30, tzinfo=zone)",
            "TruncDate('t', tzinfo=zone)",
        ),
        good=("t.astimezone(UTC)", "t.astimezone(zone)", "t.replace(tzinfo=UTC)", "datetime(2026, 11, 1, tzinfo=UTC)"),
    ),
    Rule(
        finders.zones_in_sql,
        lambda module: module.parts[0] == "backend",
        "backend/x.py",
        bad=(
            "execute(\"SELECT t AT TIME ZONE 'America/Toronto'\")",
            "execute('SELECT t at time  zone %s')",
            "execute(f'SELECT t AT TIME ZONE {zone}')",
            "execute(\"SET LOCAL TIME ZONE 'America/Toronto'\")",
        ),
        good=("execute(\"SELECT t AT TIME ZONE 'UTC'\")", '"""No AT TIME ZONE with a region."""'),
    ),
    Rule(
        finders.status_writes,
        lambda module: (
            _is_product(module)
            and module.path not in _STATUS_HOMES
            and (module.app == "appointments" or "backend.appointments" in module.text)
        ),
        "backend/appointments/actions/cancel.py",
        bad=(
            "visit.status = 'booked'",
            "visit.status: str = 'booked'",
            "visit.status, visit.note = 'booked', ''",
            "Appointment.objects.filter(pk=1).update(status='booked')",
            "Appointment.objects.create(status='booked')",
            "Appointment(status='booked')",
            "setattr(visit, 'status', 'booked')",
            "Appointment.objects.bulk_update(visits, ['status'])",
            "execute('UPDATE appointments_appointment SET status = %s')",
            "execute('INSERT INTO appointments_appointment (id, status) VALUES (%s, %s)')",
        ),
        good=("status = visit.status", "visits.filter(status='booked')", "advance(visit, Status.BOOKED, by=None)"),
    ),
    Rule(
        finders.live_code_in_migrations,
        _is_migration,
        "backend/clinics/migrations/0002_x.py",
        bad=("import backend.accounts.models", "from backend.clinics.enums import Role"),
        good=("import backend.common.ids", "from django.db import migrations"),
    ),
    Rule(
        finders.one_way_migrations,
        _is_migration,
        "backend/clinics/migrations/0002_x.py",
        bad=("migrations.RunSQL('DROP TABLE x')", "migrations.RunPython(code=fill)"),
        good=(
            "migrations.RunSQL('CREATE TABLE x()', 'DROP TABLE x')",
            "migrations.RunPython(fill, reverse_code=migrations.RunPython.noop)",
            "class Migration:\n    '''Not reversible: lossy.'''\n    x = migrations.RunSQL('DROP TABLE x')",
        ),
    ),
    Rule(
        finders.unnamed_migrations,
        _is_migration,
        "backend/clinics/migrations/0002_auto_20261122_1825.py",
        bad=("pass",),
    ),
    Rule(
        finders.long_handlers,
        _is_api,
        "backend/clinics/api/views.py",
        bad=("class A:\n    def handle(self, call):\n" + "        g()\n" * 16,),
        good=("class A:\n    def handle(self, call):\n" + "        g()\n" * 15,),
    ),
    Rule(
        finders.silent_operations,
        _is_api,
        "backend/clinics/api/views.py",
        bad=(
            "class ListClinics(Operation):\n    '''List.'''\n    returns = X",
            "class ListClinics(operations.Operation):\n    def permission(self): ...",
        ),
        good=(
            "class ListClinics(Operation):\n    '''List.'''\n    permission = PUBLIC",
            "class _Step(Operation):\n    pass",
        ),
    ),
    Rule(
        finders.crowded_actions,
        _is_use_case,
        "backend/appointments/actions/book.py",
        bad=(
            "def book(actor, *, slot): ...\ndef move(actor, *, slot): ...",
            "def book(actor, slot): ...",
            "def book(slot): ...",
            "def _book(): ...",
        ),
        good=("def book(actor, *, slot): ...\ndef _check(slot): ...", "def sign_in(*, email): ..."),
    ),
    Rule(
        finders.crowded_modules,
        _is_crowdable,
        "backend/appointments/rules.py",
        bad=("\n".join(f"def f{n}(): ..." for n in range(6)),),
        good=("\n".join(f"def f{n}(): ..." for n in range(5)) + "\ndef _g(): ...\n@dataclass\nclass A: ...",),
    ),
)
