"""A customer who comes by a secret link: who that is, and exactly what the link allows."""

from plainspoken.customers.models import Link
from plainspoken.kernel.actor import Actor, Kind

MAY = {
    Link.Purpose.SOLVED: frozenset(
        {
            "cases.inquiry.close",
            "cases.inquiry.reopen",
            "conversations.note.relay",
            "customers.link.use",
            "portal.solved.confirm",
            "portal.solved.deny",
        }
    ),
    Link.Purpose.RATE: frozenset({"customers.link.use", "portal.rating.give", "supervision.survey.rate"}),
}


def actor(link: Link) -> Actor:
    """The customer to whom the link was given; the link stands in for a sign-in, for its one purpose."""
    return Actor(Kind.CUSTOMER, link.customer_id, link.customer.name, MAY[Link.Purpose(link.purpose)])
