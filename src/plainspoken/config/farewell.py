"""What a process does at once when it is told to stop, although the program that runs it handles the signal."""

import os
import signal
import threading
from collections.abc import Callable


def when_told_to_stop(act: Callable[[], None]) -> None:
    """Call `act` in a thread of its own at the first signal that is handled here. Only from the main thread.

    granian waits for open answers to end before it ends a worker, and a stream ends only when it is told to.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def wait() -> None:
        os.read(heard, 1)
        act()

    threading.Thread(target=wait, name="farewell", daemon=True).start()
