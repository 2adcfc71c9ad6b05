"""A task, customer or entry by its id: 404 when it is not the reader's to see."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from plainspoken.customers.models import Customer
from plainspoken.kernel import access
from plainspoken.organization.request import actor
from plainspoken.ui.request import Request
from plainspoken.work.models import Task


def task(request: Request, pk: UUID) -> Task:
    rows: QuerySet[Task] = access.visible(
        Task.objects.select_related("unit", "owner", "done_by"), actor(request)
    )
    return get_object_or_404(rows, pk=pk)


def customer(request: Request, pk: UUID) -> Customer:
    """Noted in the read journal."""
    return access.open(Customer.objects.select_related("home_unit", "language_set_by"), pk, actor(request))
