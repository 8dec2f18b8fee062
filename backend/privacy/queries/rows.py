"""How a person's rows are found in a table of the list of records."""

from psycopg import sql

from backend.privacy.records import RECORDS


def rows_of(table: str) -> sql.Composable:
    """The condition by which rows are the person's, with parameters `patient_id` and `user_id`."""
    kept = RECORDS[table]
    if kept.via is None:
        whose = sql.SQL("%(user_id)s" if kept.is_of_account else "%(patient_id)s")
        return sql.SQL("{} = {}::uuid").format(sql.Identifier(kept.column), whose)
    column, parent = kept.via
    inner = sql.SQL("SELECT id FROM {} WHERE {}").format(sql.Identifier(parent), rows_of(parent))
    return sql.SQL("{} IN ({})").format(sql.Identifier(column), inner)


def depth_of(table: str) -> int:
    """How many tables it is away from those that name the person: what is found through others goes before them."""
    via = RECORDS[table].via
    return 1 + depth_of(via[1]) if via else 0
