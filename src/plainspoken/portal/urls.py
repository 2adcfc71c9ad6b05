from django.urls import path

from plainspoken.portal.views import help, rating, solved

urlpatterns = [
    path("solved/<slug:token>/", solved.solved, name="portal.solved"),
    path("rate/<slug:token>/", rating.rate, name="portal.rate"),
    path("help/", help.show, name="portal.help"),
]
