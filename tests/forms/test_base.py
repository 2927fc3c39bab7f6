import pytest
from wtforms import FieldList, FormField, StringField
from wtforms import Form as Plain

from console.errors import Fault, Invalid
from console.forms.base import Form, VersionedForm, attach


class Line(Plain):
    node = StringField()


class Sample(Form):
    name = StringField()
    lines = FieldList(FormField(Line), min_entries=2)


@pytest.fixture
def form(app):
    with app.test_request_context():
        yield Sample()


def test_a_refusal_comes_back_at_its_field_and_the_rest_above_the_form(form):
    error = Invalid.of([Fault("a", "请填写姓名", "name"), Fault("b", "请完成拼图验证", "captcha")])
    left = attach(form, error)
    assert form.name.errors == ["请填写姓名"]
    assert [fault.message for fault in left] == ["请完成拼图验证"]
    assert form.faults == left


def test_the_same_sentence_stands_once_at_a_field(form):
    error = Invalid("a", "请填写姓名", "name")
    attach(form, error)
    attach(form, error)
    assert form.name.errors == ["请填写姓名"]


def test_a_field_of_a_line_is_found_by_its_full_name(form):
    attach(form, Invalid("a", "请选择专业", "lines-1-node"))
    assert [list(line.form.node.errors) for line in form.lines] == [[], ["请选择专业"]]


@pytest.mark.parametrize(("typed", "version"), [("7", 7), ("", -1), ("x", -1), ("-3", -1), ("9" * 30, -1), ("٣", -1)])
def test_a_missing_or_forged_version_is_one_no_record_has(app, typed, version):
    with app.test_request_context(method="POST", data={"lock_version": typed}):
        assert VersionedForm().version == version
