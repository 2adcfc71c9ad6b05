from django.template import Context, Template
from django.utils import translation

from ui.pages import Name


def _draw(form: Name, source: str = "{{ form }}") -> str:
    with translation.override("en"):
        return Template(source).render(Context({"form": form}))


def test_label_help_and_input_belong_together() -> None:
    drawn = _draw(Name(), "{% field form.name %}")
    assert '<label class="form-label" for="id_name">' in drawn
    assert 'class="required"' in drawn
    assert 'aria-describedby="id_name_helptext"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'class="form-control"' in drawn


def test_choices_stand_in_a_fieldset_with_their_legend() -> None:
    drawn = _draw(Name(), "{% field form.channel %}")
    assert "<fieldset" in drawn
    assert drawn.count("form-check-input") == 2


def test_a_box_stands_before_its_label_and_is_not_marked_required() -> None:
    drawn = _draw(Name(), "{% field form.urgent %}")
    assert drawn.index("<input") < drawn.index("Urgent")
    assert "required" not in drawn


def test_errors_are_summed_up_with_links_and_tied_to_their_inputs() -> None:
    drawn = _draw(Name({"channel": "mail"}))
    assert 'role="alert"' in drawn
    assert 'href="#id_name"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert "is-invalid" in drawn


def test_a_form_without_errors_has_no_summary() -> None:
    assert 'role="alert"' not in _draw(Name())
