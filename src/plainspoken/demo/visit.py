"""What a visitor of the demo firm is told."""

import os

from django.conf import settings

from plainspoken.demo import factor
from plainspoken.organization.models import Appointment, Person, Post

# Who is worth signing in as, and what for.
SHOWN = {
    "lin": "answers customers, has open cases",
    "tang": "answers in English",
    "xu": "leads the mail team, assigns",
    "lu": "is new: not qualified, cannot answer",
    "jiang": "credit card centre, its own mailbox",
    "wei": "is asked inside cases",
    "zhou": "heads customer service, measures",
    "gao": "management",
    "bai": "supervision: sees all, changes nothing",
    "dai": "administrator",
    factor.USERNAME: "security: signs in with a code as well",
}
QUESTION = "Subject: Annual fee\\n\\nWhat does the gold card cost a year?\\n"
HEADERS = f"From: Anna Berg <anna.berg@mail.example>\\nTo: service@haian.example\\n{QUESTION}"


def welcome() -> str:
    """The addresses, the sign-ins, and two ways to send the first mail."""
    port = os.environ.get("SMTP_IN_PORT") or "2525"
    url = settings.PUBLIC_URL
    return "\n".join(
        [
            f"Sign in at {url}/sign-in · the password of everybody: {_password()}",
            *_sign_ins(),
            f"The code of {factor.USERNAME}: run `plainspoken code`, or give your app the key {factor.SECRET}",
            "Send the first mail with curl or with Python; it shows on the desk within seconds:",
            f"  printf '{HEADERS}' | curl -s smtp://127.0.0.1:{port}"
            " --mail-from anna.berg@mail.example --mail-rcpt service@haian.example --upload-file -",
            f"  python3 -c \"import smtplib; smtplib.SMTP('127.0.0.1', {port}).sendmail("
            f"'anna.berg@mail.example', 'service@haian.example', '{HEADERS}')\"",
            f"Mail that leaves stays on this machine: {url}/demo/outbox/",
            "",
        ]
    )


def _password() -> str:
    from plainspoken.demo import HERE

    lines = (HERE / "firm.toml").read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("password = "))


def _sign_ins() -> list[str]:
    held = Appointment.objects.filter(person__username__in=SHOWN).select_related("post", "person")
    posts = {one.person.username: one for one in held.order_by("-from_day")}
    return [_sign_in(username, posts[username].post, posts[username].person) for username in SHOWN]


def _sign_in(username: str, post: Post, person: Person) -> str:
    names = f"{post.name_en} {post.name_zh} · {person.name_en} {person.name_zh}"
    return f"  {username:<6} {names} ({SHOWN[username]})"
