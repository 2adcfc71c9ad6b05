"""Addresses of the desk's lists: home, what is due, tasks, the bell, customers, measures, ledger, search."""

from django.urls import path

from plainspoken.desk.views import bell, commands, customers, due, home, ledger, measures, search, tags, tasks

TASK, CUSTOMER, ENTRY = "tasks/<uuid:pk>/", "customers/<uuid:pk>/", "ledger/<uuid:pk>/"

urlpatterns = [
    path("", home.show, name="desk.home"),
    path("due/", due.index, name="desk.due"),
    path("tasks/", tasks.index, name="desk.tasks"),
    path(TASK, tasks.show, name="desk.task"),
    path(TASK + "proof/", tasks.finish, name="work.task.finish"),
    path(TASK + "assignment/", tasks.assign, name="work.task.assign"),
    path("bell/", bell.index, name="desk.bell"),
    path("bell/seen/", bell.see, name="work.notice.see"),
    path("customers/", customers.index, name="desk.customers"),
    path(CUSTOMER, customers.show, name="desk.customer"),
    path(CUSTOMER + "timeline/", customers.timeline, name="desk.customer.timeline"),
    path(CUSTOMER + "language/", customers.set_language, name="desk.customer.language"),
    path("tags/", tags.index, name="desk.tags"),
    path("tags/new/", tags.new, name="cases.tag.put"),
    path("tags/<uuid:pk>/", tags.change, name="desk.tag"),
    path("tags/<uuid:pk>/retirement/", tags.retire, name="cases.tag.retire"),
    path("measures/", measures.index, name="desk.measures"),
    path("measures/<str:code>/records/", measures.behind, name="desk.measure.records"),
    path("ledger/", ledger.index, name="desk.ledger"),
    path("ledger/verification/", ledger.verify, name="ledger.verify"),
    path(ENTRY, ledger.show, name="desk.entry"),
    path(ENTRY + "proof.json", ledger.proof, name="desk.entry.proof"),
    path("search/", search.find, name="desk.search"),
    path("commands/", commands.index, name="desk.commands"),
    path("commands/found/", commands.find, name="desk.commands.found"),
]
