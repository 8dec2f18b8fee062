"""What only a process of its own can show: the production settings, whole."""

import os
import subprocess
import sys

from launch.place import ROOT
from tests.config.test_production import GOOD


def run_production(*words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | GOOD | {"DJANGO_SETTINGS_MODULE": "backend.config.settings.production"}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_deploy_check_is_clean() -> None:
    done = run_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_deploy_check_can_fail() -> None:
    weaker = "import sys, django; from django.conf import settings; settings.SECURE_HSTS_SECONDS = 0;"
    run = "django.setup(); from django.core.management import call_command as c; c('check', deploy=True)"
    assert "security.W004" in run_production("-c", weaker + run).stderr
