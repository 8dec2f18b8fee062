"""Sign-in: how long tokens live, who signs them for whom, and where links in mails lead."""

from datetime import timedelta

import environ

env = environ.Env()

# 32 random bytes in base64 (`openssl rand -base64 32`). Outside production it may be absent: the key is then derived
# from SECRET_KEY, so nothing needs to be stored. To change it, `manage.py rotate_signing_key`: every process must know
# a key before any signs with it, and the old one until the last refresh token it signed has expired.
JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY", default="")
JWT_PREVIOUS_KEYS = env.list("JWT_PREVIOUS_KEYS", default=[])

SIMPLE_JWT = {
    "ALGORITHM": "EdDSA",
    "ISSUER": env.str("JWT_ISSUER", default="evergreen"),
    "AUDIENCE": env.str("JWT_AUDIENCE", default="evergreen-api"),
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    # Servers' clocks differ. Harmless: a token that was taken back is refused by its session, not by its age.
    "LEEWAY": timedelta(seconds=60),
    "USER_ID_CLAIM": "sub",
}

# A phone that lost the answer may ask again for this long; later use of the same refresh token is theft (R17).
REFRESH_GRACE = timedelta(seconds=30)
# How long strangers' guesses do not keep people from signing in where they signed in before.
KNOWN_DEVICE_LIFETIME = timedelta(days=30)
EMAIL_VERIFICATION_LIFETIME = timedelta(hours=24)
# From the right password to the code of the second factor.
CHALLENGE_LIFETIME = timedelta(minutes=5)
# From signing in, or proving it again, to what asks for a fresh proof (RFC 9470): exports, roles, API keys.
PROOF_LIFETIME = timedelta(minutes=min(env.int("STEP_UP_MINUTES", default=10), 120))
LINK_LIFETIMES = {"reset_password": timedelta(hours=1), "change_email": timedelta(hours=24)}
INVITATION_LIFETIME = timedelta(days=7)

# The web app that opens the links in our mails.
APP_URL = env.str("APP_URL", default="http://localhost:3000")
