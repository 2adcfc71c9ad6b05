from django.urls import path

from plainspoken.ui.views import preferences

urlpatterns = [
    path("ui/language", preferences.language, name="ui.language"),
    path("ui/theme", preferences.appearance, name="ui.theme"),
]
