"""What the source may not contain: each function reads one module and yields (line, what is wrong)."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Module, length, name_of

Faults = Iterator[tuple[int, str]]
HANDLER_LINES, PUBLIC_NAMES = 15, 5


def queries_in_api(module: Module) -> Faults:
    """Views and serializers reach rows through queries and actions alone."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
            yield node.lineno, f"{name_of(node)} in api/"
        if isinstance(node, ast.ImportFrom) and node.module == "django.db":
            yield node.lineno, "api/ talks to the database"


_NAIVE = {"utcnow", "utcfromtimestamp", "make_naive"}
_NEEDS_ZONE = {"now": 0, "fromtimestamp": 1}


def naive_times(module: Module) -> Faults:
    """No datetime without a zone is made."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner, _, called = name_of(node.func).rpartition(".")
        is_class = owner.rpartition(".")[2] in ("datetime", "date")
        if called in _NAIVE or (called == "today" and is_class):
            yield node.lineno, f"{owner}.{called}() is naive"
        if called in _NEEDS_ZONE and owner.rpartition(".")[2] == "datetime":
            zones = node.args[_NEEDS_ZONE[called] :] + [one.value for one in node.keywords if one.arg == "tz"]
            if not zones or (isinstance(zones[0], ast.Constant) and zones[0].value is None):
                yield node.lineno, f"{owner}.{called}() without a zone"


_CLOCKS = ("datetime.now", "timezone.now", "timezone.localdate", "timezone.localtime", "time.time", "date.today", "Now")


def other_clocks(module: Module) -> Faults:
    """Domain rules read `clock.now()`; the process's clock is for tokens and budgets (R12)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and any(f".{name_of(node.func)}".endswith(f".{clock}") for clock in _CLOCKS):
            yield node.lineno, f"{name_of(node.func)}() is not the domain's clock"


def zone_conversions(module: Module) -> Faults:
    """Wall time becomes instants in `common.walltime` alone, where gaps and folds are decided aloud (D25).

    The way back, an instant shown in a zone that walltime gave, has neither.
    """
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = name_of(node.func).rpartition(".")[2]
        if called == "ZoneInfo":
            yield node.lineno, "ZoneInfo() outside common.walltime"
        if called == "astimezone" and (not node.args or isinstance(node.args[0], ast.Constant)):
            yield node.lineno, "astimezone() takes the machine's zone"
        if any(one.arg == "tzinfo" and not name_of(one.value).endswith("UTC") for one in node.keywords):
            yield node.lineno, f"{called}(tzinfo=) makes an instant of wall time"


_REGION_IN_SQL = re.compile(r"\bat\s+time\s+zone\b(?!\s+'utc')", re.IGNORECASE)
_SET_ZONE = re.compile(r"\bset\s+(local\s+|session\s+)?time\s*zone\b", re.IGNORECASE)


def zones_in_sql(module: Module) -> Faults:
    """PostgreSQL's own zone data may be old: no region ever reaches it."""
    for line, text in module.texts():
        if _REGION_IN_SQL.search(text) or _SET_ZONE.search(text):
            yield line, "a zone other than 'UTC' in SQL"


_WRITES = {"update", "create", "get_or_create", "update_or_create", "Appointment"}
_STATUS_IN_SQL = re.compile(
    r"\b(update\s+appointments_appointment|insert\s+into\s+appointments_appointment)\b", re.IGNORECASE
)


def status_writes(module: Module) -> Faults:
    """A visit changes state in `appointments.actions.advance` alone, by the table of `lifecycle`."""
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(one, ast.Attribute) and one.attr == "status" for target in targets for one in _flat(target)):
            yield getattr(node, "lineno", 0), "assigns .status"
        if isinstance(node, ast.Call):
            yield from _status_calls(node)
    for line, text in module.texts():
        if _STATUS_IN_SQL.search(text) and "status" in text:
            yield line, "writes status in SQL"


def _flat(target: object) -> Iterator[object]:
    if isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _flat(one)
    else:
        yield target


def _status_calls(node: ast.Call) -> Faults:
    called = name_of(node.func).rpartition(".")[2]
    names = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    if called in _WRITES and any(one.arg == "status" for one in node.keywords):
        yield node.lineno, f"{called}(status=)"
    if called in ("setattr", "bulk_update") and "status" in names:
        yield node.lineno, f"{called}(… 'status' …)"


def live_code_in_migrations(module: Module) -> Faults:
    """A migration is the past: it imports nothing that can change, but the maker of keys."""
    for node in ast.walk(module.tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.split(".")[0] == "backend" and name != "backend.common.ids":
                yield getattr(node, "lineno", 0), f"imports {name}"


def one_way_migrations(module: Module) -> Faults:
    """Every step can be taken back, or its migration's docstring says why not."""
    says_why = "not reversible" in " ".join(
        (ast.get_docstring(node) or "").lower() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
    )
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] in ("RunSQL", "RunPython"):
            named = {one.arg for one in node.keywords}
            if len(node.args) < 2 and not named & {"reverse_sql", "reverse_code"} and not says_why:
                yield node.lineno, f"{name_of(node.func)} has no way back"


def unnamed_migrations(module: Module) -> Faults:
    """A migration's name says what it does."""
    if re.search(r"_auto_|_alter_|_remove_\w+_and_more|_and_more$", module.parts[-1]):
        yield 1, "the name was made by a machine"


def long_handlers(module: Module) -> Faults:
    for node in module.functions():
        if node.name == "handle" and length(node) > HANDLER_LINES:
            yield node.lineno, f"a handler of {length(node)} lines, {HANDLER_LINES} are allowed"


def silent_operations(module: Module) -> Faults:
    """Every operation says itself who may call it, PUBLIC included; those below a `_Base` may leave it to that."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(name_of(base).rpartition(".")[2] == "Operation" for base in node.bases):
            names = {name_of(target) for one in node.body if isinstance(one, ast.Assign) for target in one.targets}
            names |= {name_of(one.target) for one in node.body if isinstance(one, ast.AnnAssign)}
            if "permission" not in names:
                yield node.lineno, f"{node.name} declares no permission"


def crowded_actions(module: Module) -> Faults:
    """One public function a file; the actor comes first, everything else has a name."""
    found = [one for one in public(module) if isinstance(one, ast.FunctionDef)]
    if len(found) != 1:
        yield 1, f"{len(found)} public actions, one is allowed"
    for node in found:
        positional = [one.arg for one in node.args.posonlyargs + node.args.args]
        if positional not in ([], ["actor"]):
            yield node.lineno, f"{node.name}({', '.join(positional)}): only `actor` goes without its name"


def crowded_modules(module: Module) -> Faults:
    names = busy_names(module)
    if len(names) > PUBLIC_NAMES:
        yield 1, f"{len(names)} public names, {PUBLIC_NAMES} are allowed: {', '.join(names)}"


def busy_names(module: Module) -> list[str]:
    """The public names that do something; a dataclass or protocol is only what they take and answer."""
    return [one.name for one in public(module) if not (isinstance(one, ast.ClassDef) and _is_shape(one))]


def _is_shape(node: ast.ClassDef) -> bool:
    marks = [name_of(mark).rpartition(".")[2] for mark in (*node.decorator_list, *node.bases)]
    return bool({"dataclass", "Protocol", "NamedTuple", "TypedDict"} & set(marks))


def public(module: Module) -> list[ast.FunctionDef | ast.ClassDef]:
    """The functions and classes that a module shows."""
    shown = (one for one in module.tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef))
    return [one for one in shown if not one.name.startswith("_")]
