"""A seed makes the same calls again: in the same world, whatever the process."""

import os
import subprocess
import sys
from datetime import timedelta
from random import Random

import pytest

from backend.common import clock
from launch.place import ROOT
from tests.fuzz.again import NOON, build_again
from tests.fuzz.known import Known
from tests.policy.traces import undone

TOKENS = {"refresh", "token", "mfa_token"}
# What is made without a world: cases as they come, each in one line.
CALLS = """
import django
django.setup()
from schemathesis.core import NOT_SET
from tests.fuzz.campaign import Campaign, load
class Written(Campaign):
    def __post_init__(self): pass
    def call(self, case):
        self.calls += 1
        body = case.body is not NOT_SET and case.body
        print(case.method, case.path_parameters, case.headers, case.query, case.media_type, body)
Written(None, load()["createHold"]).run(100)
"""


@pytest.mark.django_db
def test_the_world_is_the_same_again() -> None:
    def told() -> object:
        with undone():
            world = build_again()
            assert clock.now() - NOON < timedelta(hours=1)
            known = Known(world, Random(1))
            return known.ids, {name: values for name, values in known.texts.items() if name not in TOKENS}

    assert told() == told()


def test_calls_are_the_same_in_another_process() -> None:
    def calls(hash_seed: str) -> str:
        variables = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-c", CALLS]
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=True)
        return done.stdout

    first = calls("1")
    assert len(first.splitlines()) > 50
    assert calls("2") == first
