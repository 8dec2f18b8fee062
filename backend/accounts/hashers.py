"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's least memory (19 MiB, two passes, one lane).

    Django's default takes 100 MiB and ten times the CPU a sign-in, so a handful of them would fill a small server.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
