"""The suite's own ground: no test reaches the network or another's rows."""

import socket

import pytest
from django.db import connection
from pytest_socket import SocketConnectBlockedError

from backend.audit.models import AuditEntry


def test_the_network_is_out_of_reach() -> None:
    with (
        pytest.warns(UserWarning, match="connect"),
        pytest.raises(SocketConnectBlockedError),
        socket.socket() as outside,
    ):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_commits_leaves_no_rows(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM common_clockoffset")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO common_clockoffset (id, \"offset\") VALUES (true, interval '1 hour')")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("evergreen_owner",)
    assert not AuditEntry.objects.exists()
