"""A page about one record marks the entry of its list, so that a reader knows where he is."""

import pytest

from tests import make
from tests.journeys import steps
from tests.journeys.person import words


def marked(page):
    """The words of the entries that are marked in the side bar or the header."""
    return [words(one.get_text()).rstrip("0123456789") for one in page.soup.select("nav[aria-label=主菜单] .active")]


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("/reviews/{review}", "待审核"),
        ("/reviews/{review}/history", "待审核"),
        ("/experts/{expert}", "专家库"),
        ("/experts/{expert}/history", "专家库"),
        ("/admin/taxonomy/?tab=all", "行业与专业"),
        ("/tasks", "待办"),
    ],
)
def test_an_official_sees_where_he_is(app, db, address, entry):
    case = make.case(make.expert("段丽娟"))
    review = make.review_of(case)
    page = steps.official(app).open(address.format(review=review.id, expert=case.expert_id))
    assert page.status == 200
    assert marked(page) == [entry]


def test_a_registrar_who_files_stands_in_filing(app, db):
    case = make.case(make.expert("段丽娟"))
    make.passed(case)
    page = steps.registrar(app).open(f"/reviews/{make.review_of(case).id}/file")
    assert marked(page) == ["待备案"]


def test_an_expert_who_follows_his_case_stands_in_declaring(app, db):
    owner = make.expert("段丽娟")
    case, person = make.case(owner), steps.browser(app)
    make.login(person.client, make.account_of(owner))
    assert marked(person.open(f"/my/applications/{case.id}")) == ["专家信息申报"]
