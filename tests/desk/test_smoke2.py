import pytest

import story
import world
from plainspoken.kernel import drain

PAGES = ["/", "/due/", "/tasks/", "/bell/", "/customers/", "/measures/", "/ledger/", "/search/?q=年费", "/measures/cases.received/records/", "/measures/supervision.satisfaction/records/", "/measures/cases.first_reply_on_time/records/?counts=yes","/due/?show=units", "/tasks/?show=done", "/customers/?show=prospects&q=陈","/measures/?by=staff","/measures/?by=day", "/measures/?by=channel&since=2026-01-01&until=2026-12-01","/measures/?by=line"]

@pytest.mark.django_db
@pytest.mark.parametrize("who", ["li", "zhao", "sun", "chen", "admin"])
def test_all(who, firm):
    story.set_up(); c = story.asked(); story.answered(); story.received(sender="x@example.com", name="x"); drain.run_until_empty()
    b = world.client(who)
    for p in PAGES:
        r = b.get(p)
        assert r.status_code == 200 or (r.status_code == 403 and p=="/ledger/"), (p, r.status_code, r.content.decode()[:1500])
