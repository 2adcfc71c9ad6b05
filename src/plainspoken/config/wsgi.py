"""What granian loads in each of its worker processes."""

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from plainspoken.config import children
from plainspoken.config.farewell import when_told_to_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainspoken.config.settings")
os.environ["PLAINSPOKEN_PROCESS"] = "web"
children.end_with_parent(signal.SIGKILL, os.getppid())
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from plainspoken.ui import live  # noqa: E402

when_told_to_stop(live.hub.end)
# What is loaded once stays for good: to look through all of it again for what nobody needs took a tenth of a second,
# in the middle of somebody's page.
assert get_resolver().url_patterns
gc.collect()
gc.freeze()
# A page makes some hundred thousand things, nearly none of which outlive it.
gc.set_threshold(50_000, 20, 50)
