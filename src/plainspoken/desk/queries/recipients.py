"""To whom one may write first."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor

FOUND_MAX = 12
CHARACTERS_MIN = 2


def reachable(by: Actor) -> QuerySet[ContactPoint]:
    """E-mail addresses of the customers the person may see; another's is written to by its address."""
    customer = access.visible(Customer.objects.filter(pk=OuterRef("customer")), by)
    return ContactPoint.objects.filter(Exists(customer), kind=ContactPoint.Kind.EMAIL).select_related(
        "customer"
    )


def find(words: str, by: Actor) -> list[ContactPoint]:
    """Of customers whose name begins so, or whose number it is; nothing for a single letter."""
    if len(words) < CHARACTERS_MIN:
        return []
    named = Q(customer__name__istartswith=words) | Q(customer__number__iexact=words)
    points = reachable(by).filter(named)
    return list(points.defer("value").order_by("customer__name", "customer__number", "id")[:FOUND_MAX])
