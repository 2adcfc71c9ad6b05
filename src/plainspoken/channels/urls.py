"""Addresses of the mailboxes."""

from django.urls import path

from plainspoken.channels.views import mailboxes

MAILBOX = "administration/mailboxes/<uuid:pk>/"

urlpatterns = [
    path("administration/mailboxes/", mailboxes.index, name="channels.mailboxes"),
    path("administration/mailboxes/new/", mailboxes.add, name="channels.mailbox.add"),
    path(MAILBOX, mailboxes.show, name="channels.mailbox"),
    path(MAILBOX + "settings/", mailboxes.change, name="channels.mailbox.put"),
    path(MAILBOX + "connection/", mailboxes.test, name="channels.mailbox.test"),
]
