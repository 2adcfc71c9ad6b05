"""Addresses of the places where checkpoints are kept."""

from django.urls import path

from plainspoken.supervision.views import places

PLACE = "administration/places/<uuid:pk>/"

urlpatterns = [
    path("administration/places/", places.index, name="supervision.places"),
    path("administration/places/new/folder/", places.add_folder, name="supervision.place.add_folder"),
    path("administration/places/new/address/", places.add_address, name="supervision.place.add_address"),
    path(PLACE, places.change, name="supervision.place.put"),
    path(PLACE + "keep/", places.keep, name="supervision.place.keep"),
    path(PLACE + "remove/", places.remove, name="supervision.place.remove"),
]
