"""To whom one may write first."""

from django.db.models import Q

from plainspoken.customers.models import ContactPoint

FOUND_MAX = 12
CHARACTERS_MIN = 2


def find(words: str) -> list[ContactPoint]:
    """E-mail addresses of customers whose name begins so, or whose number it is; nothing for a single letter."""
    if len(words) < CHARACTERS_MIN:
        return []
    named = Q(customer__name__istartswith=words) | Q(customer__number__iexact=words)
    points = ContactPoint.objects.filter(named, kind=ContactPoint.Kind.EMAIL).select_related("customer")
    return list(points.defer("value").order_by("customer__name", "customer__number", "id")[:FOUND_MAX])
