import time, pytest, world
from plainspoken.kernel.models import Entry
@pytest.mark.django_db
def test_a():
    t=time.time(); world.firm(); print("first", time.time()-t, Entry.objects.count())
    a=world.actor("zhao"); print(a.post, len(a.units), len(a.permissions))
@pytest.mark.django_db
def test_b():
    t=time.time(); world.firm(); print("second", time.time()-t, Entry.objects.count())
    from plainspoken.organization import firmfile
    print(firmfile.apply(world.FILE, by=firmfile.actor()), Entry.objects.count())
    from plainspoken.organization import queries
    print(queries.calendar_of(world.unit("cs-team-1")).version[:8], queries.head_of(world.unit("cs-team-1")), queries.today(world.unit("marketing")), queries.administration())
    c=world.client("li"); r=c.get("/account"); print(r.status_code, r.content.decode()[:1500])
