"""Who sees a customer: the members of its home unit; `cases` adds those who see one of its conversations."""

from django.db.models import Q

from plainspoken.customers.models import Customer
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor


def sees(by: Actor) -> Q:
    return Q(home_unit__in=by.units)


access.rows(Customer, sees=sees)
