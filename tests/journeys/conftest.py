"""The people of the Yunnan pool, each with a browser of his own, and how far the case has come."""

from __future__ import annotations

import pytest

from console.vocabulary import Role
from tests import make
from tests.journeys import steps


@pytest.fixture
def stranger(app, db):
    """Anybody with a browser."""
    return steps.browser(app)


@pytest.fixture
def who():
    """Who applies."""
    return steps.Applicant()


@pytest.fixture
def newcomer(app, db, who):
    """The applicant, registered and logged in (2.1, 2.2)."""
    person = steps.browser(app)
    assert "恭喜您，注册成功！" in steps.register(person, who)
    steps.log_in(person, who.phone, who.password)
    return person


@pytest.fixture
def expert(app, db):
    """An expert who lacks nothing and has not declared yet; ``expert.row`` is his row."""
    person = steps.browser(app)
    person.row = make.ready_expert("段丽娟")
    make.login(person.client, make.account_of(person.row))
    return person


@pytest.fixture
def declared(expert):
    """The same, declared to 危化处 and 矿山处 of the province (2.5)."""
    page = steps.declare(expert, steps.HAZCHEM, steps.MINES)
    assert "已申报，请等待审核结果" in page
    return expert


@pytest.fixture
def lihui(app, db):
    """The head of 危化处 of the province."""
    return steps.official(app)


@pytest.fixture
def zhangjg(app, db):
    """The head of 矿山处 of the province."""
    return steps.official(app, "yn-yj-mines", name="张建国")


@pytest.fixture
def wangmin(app, db):
    """科信 of the province."""
    return steps.registrar(app)


@pytest.fixture
def decided(declared, lihui, zhangjg):
    """危化处 has passed, 矿山处 has rejected (3.7)."""
    assert "已通过" in steps.pass_on(lihui, "段丽娟")
    assert "已驳回" in steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。", {"职称": "证书看不清"})
    return declared


@pytest.fixture
def filed(decided, wangmin):
    """Filed, with one certificate (3.8)."""
    assert "备案成功" in steps.file(wangmin, "段丽娟")
    return decided


@pytest.fixture
def onlooker(app, db):
    """A government user of the province who neither reviews nor files."""
    return steps.official(app, "yn-yj-hazchem", Role.GOVERNMENT, "赵以宁")
