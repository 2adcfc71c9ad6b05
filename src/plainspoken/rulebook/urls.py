from django.urls import path

from plainspoken.rulebook.views import clause, coverage

urlpatterns = [
    path("rulebook/", coverage.index, name="rulebook.coverage"),
    path("rulebook/<str:number>/", clause.show, name="rulebook.clause"),
]
