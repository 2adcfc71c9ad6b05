"""The language we write to a customer in."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from plainspoken.customers import actions
from plainspoken.desk import dialogs, forms, opened, places
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui.request import Request

LANGUAGE = Dialog(
    "customers.customer.set_language",
    _("Language of the customer"),
    _("Set"),
    _("It goes before what the customer's messages suggest."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def set_language(request: Request, pk: UUID) -> HttpResponse:
    """From the context of a conversation, and back to it."""
    conversation, by = opened.conversation(request, pk), actor(request)
    form = forms.Language(dialogs.given(request), initial={"language": conversation.customer.language})
    to = places.of(request, conversation.pk)
    return dialogs.ask(
        request,
        LANGUAGE,
        form,
        lambda given: actions.set_language(conversation.customer, by=by, **given),
        to=to,
    )
