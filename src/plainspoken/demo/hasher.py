"""How passwords of the demo firm are kept: quickly, for its one password is published."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class PublishedPassword(PBKDF2PasswordHasher):
    """PBKDF2 with few rounds. A demo listens on this machine only, and its first start sets 27 passwords."""

    algorithm = "pbkdf2_sha256_demo"
    iterations = 1_000
