"""Addresses of the desk. What does one action bears the action's name."""

from django.urls import include, path

from plainspoken.desk.views import (
    attachment,
    case,
    composer,
    conversation,
    dismissal,
    draft,
    follow_up,
    hand_over,
    held,
    inbox,
    language,
    message,
    outgoing,
    ownership,
    queue,
    reveal,
    scripts,
    start,
    told_time,
    triage,
)

CASE, CONVERSATION = "cases/<uuid:pk>/", "conversations/<uuid:pk>/"
SAID_OF_CASE = ("answer", "answer_at_once", "answer_inside")

urlpatterns = [
    path("cases/", inbox.show, name="desk.inbox"),
    path("queue/next/", queue.take_next, name="cases.queue.take_next"),
    path(CASE, case.show, name="desk.case"),
    path(CASE + "draft/", draft.in_case, name="desk.draft"),
    path(CASE + "scripts/", scripts.in_case, name="desk.scripts"),
    path(CASE + "take/", ownership.take, name="cases.inquiry.take"),
    path(CASE + "assignment/", ownership.assign, name="cases.inquiry.assign"),
    path(CASE + "triage/", triage.triage, name="cases.inquiry.triage"),
    path(CASE + "classification/", triage.reclassify, name="cases.inquiry.reclassify"),
    path(CASE + "told-time/", told_time.tell, name="cases.inquiry.tell_time"),
    path(CASE + "hand-over/", hand_over.hand_over, name="cases.inquiry.hand_over"),
    path(CASE + "hand-over/end/", hand_over.take_back, name="cases.inquiry.take_back"),
    path(CASE + "closure/", follow_up.close, name="cases.inquiry.close"),
    path(CASE + "reopening/", follow_up.reopen, name="cases.inquiry.reopen"),
    path(CASE + "dismissal/", dismissal.dismiss, name="cases.inquiry.dismiss"),
    path(CASE + "dismissal/end/", dismissal.restore, name="cases.inquiry.restore"),
    *[
        path(
            f"{CASE}{verb.replace('_', '-')}/",
            composer.in_case,
            {"code": f"cases.inquiry.{verb}"},
            f"cases.inquiry.{verb}",
        )
        for verb in SAID_OF_CASE
    ],
    path(CASE + "note/", composer.in_case, {"code": "conversations.note.add"}, "desk.case.note"),
    path(CASE + "forward/", composer.in_case, {"code": "conversations.inside.forward"}, "desk.case.forward"),
    path("conversations/new/", start.write, name="desk.start"),
    path("conversations/new/recipients/", start.find, name="desk.recipients"),
    path(CONVERSATION, conversation.show, name="desk.conversation"),
    path(CONVERSATION + "draft/", draft.in_conversation, name="conversations.draft.save"),
    path(CONVERSATION + "scripts/", scripts.in_conversation, name="desk.conversation.scripts"),
    path(
        CONVERSATION + "reply/",
        composer.in_conversation,
        {"code": "conversations.reply.send"},
        "conversations.reply.send",
    ),
    path(
        CONVERSATION + "note/",
        composer.in_conversation,
        {"code": "conversations.note.add"},
        "conversations.note.add",
    ),
    path(
        CONVERSATION + "forward/",
        composer.in_conversation,
        {"code": "conversations.inside.forward"},
        "conversations.inside.forward",
    ),
    path(CONVERSATION + "language/", language.set_language, name="customers.customer.set_language"),
    path("messages/<uuid:pk>/html/", message.html, name="desk.message.html"),
    path("messages/<uuid:pk>/text/", message.text, name="desk.message.text"),
    path("attachments/<uuid:pk>/", attachment.download, name="desk.attachment"),
    path("attachments/<uuid:pk>/inline/", attachment.inline, name="desk.attachment.inline"),
    path("outgoing/<uuid:pk>/", outgoing.show, name="desk.outgoing"),
    path("outgoing/<uuid:pk>/undo/", outgoing.undo, name="conversations.outgoing.undo"),
    path("outgoing/<uuid:pk>/confirmation/", outgoing.confirm, name="conversations.outgoing.confirm"),
    path("outgoing/<uuid:pk>/again/", outgoing.send_again, name="conversations.outgoing.send_again"),
    path("contact-points/<uuid:pk>/reveal/", reveal.contact_point, name="customers.contact_point.reveal"),
    path("identifiers/<uuid:pk>/reveal/", reveal.identifier, name="customers.identifier.reveal"),
    path("held/", held.index, name="desk.held"),
    path("held/<uuid:pk>/", held.show, name="desk.held.message"),
    path("held/<uuid:pk>/release/", held.release, name="cases.intake.release"),
    path("held/<uuid:pk>/ignore/", held.ignore, name="cases.intake.ignore"),
    path("live/", include("plainspoken.desk.urls_live")),
    path("", include("plainspoken.desk.urls_more")),
]
