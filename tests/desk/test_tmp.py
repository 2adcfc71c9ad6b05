import pytest
import world
import story

@pytest.fixture
def ready(firm):
    story.set_up()

def test_smoke(ready):
    case = story.inquiry(html="<p>hi<img src=http://x/y.png></p>", files=(("a.pdf","application/pdf",b"x"),))
    c = world.client("li")
    r = c.get("/cases/")
    assert r.status_code == 200, r.content.decode()[:3000]
    print(r.content.decode()[:200])
    r = c.get(f"/cases/{case.pk}/")
    assert r.status_code == 200
    open("/tmp/case.html","wb").write(r.content)
