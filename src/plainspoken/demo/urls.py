from django.urls import path

from plainspoken.demo.views import outbox

urlpatterns = [
    path("demo/outbox/", outbox.index, name="demo.outbox"),
    path("demo/outbox/<uuid:pk>/", outbox.show, name="demo.outbox.mail"),
]
