"""Scripts: what staff may say in a scene, in the customer's language, with variables to fill."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.organization.models import Unit


class Script(models.Model):
    """A text with `{{variables}}`. `unit` empty: for the whole firm. Automatic letters are scripts too."""

    class Scene(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
        TOLD_TIME = "told_time", _("Telling the time")
        SOLVED = "solved", _("Is this solved?")
        SURVEY = "survey", _("Asking for a rating")
        RATE = "rate", _("Link to rate")
        INQUIRY = "inquiry", _("Inquiry")
        PRODUCT = "product", _("Product introduction")
        CLOSING = "closing", _("Closing words")

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    scene = models.CharField(max_length=20, choices=Scene.choices)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    text_zh = models.TextField()
    text_en = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["scene"], condition=Q(retired_at__isnull=True), name="content_script_scene")
        ]
