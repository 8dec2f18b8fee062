"""The worker's part played in the test's own transaction, which no other process can see into."""

import json

from django.db import connection
from procrastinate.contrib.django import app

_NEXT = "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1"


def run_jobs(told: list[str] | None = None) -> list[str]:
    """Do every job that waits, whenever it is due, until none is left; the names, in their order.

    One that fails stays where it is, and its error is raised. `told` takes in what each was given.
    """
    done: list[str] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT)
            found = cursor.fetchone()
            if found is None:
                return done
            job_id, name, arguments = found
            if told is not None:
                told.append(arguments)
            app.tasks[name].func(**json.loads(arguments))
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            done.append(name)
