"""What the firm's own relay found out about a sender (RFC 8601)."""

from collections.abc import Iterable
from itertools import takewhile


def checked(results: Iterable[str], relay: str) -> list[str]:
    """Of the Authentication-Results, newest first, those our own relay wrote; none where none is named.

    `relay` is its authserv-id. Only what stands above every other server's is believed: whatever is further
    down was in the mail when it came to the relay.
    """
    return list(takewhile(lambda one: relay and _server(one) == relay.lower(), results))


def _server(result: str) -> str:
    """The authserv-id, without its version."""
    return next(iter(result.partition(";")[0].split()), "").lower()
