"""The inquiry as a table of edges (4.3.1)."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.machine import Edge, Machine, State

WORKING = ("triaged", "with_department", "department_answered")
MERGEABLE = ("received", "triaged", "department_answered")
"""What has been answered is counted and stays; a department that was asked is owed an end first."""

INQUIRY = Machine(
    "cases.inquiry",
    [
        State("received", _("Received")),
        State("triaged", _("In work")),
        State("with_department", _("With a department")),
        State("department_answered", _("Department has answered")),
        State("answered", _("Answered")),
        State("closed", _("Closed"), open=False),
        State("no_inquiry", _("No inquiry"), open=False),
        State("merged", _("Merged"), open=False),
    ],
    [
        Edge("assign", ("received", *WORKING, "answered"), None),
        Edge("triage", ("received",), "triaged"),
        Edge("reclassify", (*WORKING, "answered"), None),
        Edge("tell_time", WORKING, None),
        Edge("hand_over", ("triaged", "department_answered"), "with_department"),
        Edge("answer_inside", ("with_department",), "department_answered"),
        Edge("take_back", ("with_department",), "triaged"),
        Edge("answer_at_once", ("received",), None),
        Edge("answer", WORKING, None),
        Edge("mark_answered", WORKING, "answered"),
        Edge("reopen", ("answered", "closed"), "triaged"),
        Edge("close", ("answered",), "closed"),
        Edge("dismiss", ("received", "triaged"), "no_inquiry"),
        Edge("restore", ("no_inquiry",), "received"),
        Edge("merge", MERGEABLE, "merged"),
        Edge("unmerge", ("merged",), None, back_to=MERGEABLE),
    ],
)
