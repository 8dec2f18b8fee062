"""Makes the next key that signs tokens, and says how to bring it in so that nobody has to sign in again."""

import base64
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.accounts.keys import SEED_BYTES, key_ring
from backend.common.clock import real_now

_STEPS = """\
# 1. Set this for every process of the API, and restart them: all know both keys, the old one signs.
JWT_SIGNING_KEY={old}
JWT_PREVIOUS_KEYS={both}

# 2. When the last of them runs with it, and five minutes have passed for who keeps /.well-known/jwks.json: set this
#    and restart them. The new key signs; what the old one signed is still good.
JWT_SIGNING_KEY={new}
JWT_PREVIOUS_KEYS={kept}

# 3. On {day} the last refresh token of the old key has expired: set this and restart.
JWT_SIGNING_KEY={new}
JWT_PREVIOUS_KEYS=
"""


class Command(BaseCommand):
    """Changes nothing by itself: keys come from the environment, which it cannot reach."""

    help = "Make a new signing key; prints the settings of each step, which hold secrets."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises ImproperlyConfigured when the present keys are none."""
        old, *previous = key_ring().secrets()
        new = base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()
        lifetime: timedelta = settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"] + timedelta(days=1)
        steps = _STEPS.format(
            old=old,
            new=new,
            both=",".join([new, *previous]),
            kept=",".join([old, *previous]),
            day=(real_now() + lifetime).date(),
        )
        self.stdout.write(steps)
