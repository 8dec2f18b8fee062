# ruff: noqa
# What the rules of rules.yaml must find, and what they must leave alone; `semgrep --test` compares. Nothing imports it.


def caller_chooses_the_columns(call, rows):
    # ruleid: caller-chooses-the-columns
    rows.filter(**call.query)
    # ruleid: caller-chooses-the-columns
    rows.order_by(*call.query)
    # ok: caller-chooses-the-columns
    rows.filter(clinic_id=call.query["clinic"])


def sql_past_the_orm(rows, Visit):
    # ruleid: sql-past-the-orm
    rows.extra(where=["a = b"])
    # ruleid: sql-past-the-orm
    Visit.objects.raw("SELECT 1")
    # ruleid: sql-past-the-orm
    rows.annotate(a=RawSQL("SELECT 1", []))
    # ok: sql-past-the-orm
    rows.annotate(a=Value(1))


def sql_made_of_values(cursor, name):
    # ruleid: sql-made-of-values
    cursor.execute(f"SELECT '{name}'")
    # ruleid: sql-made-of-values
    cursor.execute("SELECT '%s'" % name)
    # ok: sql-made-of-values
    cursor.execute("SELECT %s", [name])


class Anybody:
    # ruleid: open-to-anybody
    permission_classes = [AllowAny]
    # ruleid: every-column-goes-out
    fields = "__all__"
    # ok: every-column-goes-out
    fields = ["id"]


def body_in_the_log(log, call):
    # ruleid: body-in-the-log
    log.info("request", body=call.body)
    # ok: body-in-the-log
    log.info("request", route=call.route)


def certificate_not_checked(client, url):
    # ruleid: certificate-not-checked
    client.get(url, verify=False)
    # ok: certificate-not-checked
    client.get(url)
