"""What people of the Yunnan pool do, as steps of the manual; every step is done on the page, by its words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services.outside import outside
from console.services.sessions import token_hash
from console.vocabulary import Role
from tests import make
from tests.journeys.person import Page, Person

PASSWORD = "Dianchi#2026"
HAZCHEM = "危险化学品安全监督管理处"
MINES = "非煤矿山安全监督管理处"
PROVINCE = "云南省应急管理厅"
SAFETY_OFFICE = "云南省安全生产委员会办公室"
SYSTEM = everything("测试")


@dataclass
class Applicant:
    """An invented expert, as he types himself."""

    name: str = "段丽娟"
    phone: str = field(default_factory=make.phone)
    id_number: str = field(default_factory=lambda: make.id_number(dt.date(1975, 3, 5), "530102"))
    password: str = PASSWORD
    prefecture: str = "昆明市"
    district: str = "五华区"


def browser(app: Flask) -> Person:
    """Somebody opens a browser."""
    return Person(app.test_client())


# --- the phone and the picture --------------------------------------------------------------------


def last_message(template: str, recipient: str = "") -> str:
    """The text of the newest message of a kind (to a phone)."""
    with acting_as(SYSTEM):
        found = session().scalars(
            select(m.OutboxMessage).where(m.OutboxMessage.template_code == template).order_by(m.OutboxMessage.id.desc())
        )
        for row in found:
            if row.recipient.endswith(recipient):
                return row.body
    raise AssertionError(f"no message {template} to {recipient}")


def last_code(template: str, phone: str) -> str:
    """The code somebody reads on his phone."""
    return re.search(r"\d{6}", last_message(template, phone)).group()


def read_picture(page: Page) -> Page:
    """Look at the picture and type its characters (no machine could: the answer comes from the database)."""
    picture = page.soup.find("img", class_="picture-code")
    assert picture is not None, f"no picture in {page!r}"
    assert page.person.client.get(picture["src"]).mimetype == "image/png"
    with page.person.client.session_transaction() as cookie:
        token = cookie["picture"]
    with acting_as(SYSTEM):
        answer = session().scalar(
            select(m.CaptchaChallenge.answer).where(m.CaptchaChallenge.token_hash == token_hash(token))
        )
    return page.fill(图形验证码=answer)


# --- 2.1, 2.2, 3.1 --------------------------------------------------------------------------------


def registration(page: Page, who: Applicant) -> Page:
    """Fill the registration page up to the code of the phone, and ask for it."""
    page.fill(手机号=who.phone)
    return read_picture(page).press("发送验证码")


def register(person: Person, who: Applicant) -> Page:
    """2.1: register with the code of the phone."""
    page = registration(person.open("/register"), who)
    page.fill(短信验证码=last_code("reg_code", who.phone), 姓名=who.name, 身份证号码=who.id_number)
    page.fill(州市=who.prefecture)
    page.fill(**{"县（市、区）": who.district}, 设置密码=who.password, 再次输入密码=who.password)
    page.tick("我已阅读并同意《用户服务协议》和《个人信息保护说明》")
    return page.press("注册")


def log_in(person: Person, identifier: str, password: str, *, door: str = "") -> Page:
    """2.2, 3.1: user name, password, picture."""
    page = person.open(f"/login?as={door}" if door else "/login")
    page.fill(账号=identifier, 密码=password)
    return read_picture(page).press("登录")


# --- 2.4, 2.5 -------------------------------------------------------------------------------------

PERSONAL = {
    "工作单位": "云南谨行安全评价有限公司",
    "单位性质": "民营企业",
    "职务": "技术负责人",
    "民族": "彝族",
}
BACKGROUND = {
    "最高学历": "本科",
    "毕业院校": "滇池理工大学",
    "所学专业": "化学工程与工艺",
    "职称等级": "副高级",
    "职称": "高级工程师",
    "工作简历": "2006年至今从事化工安全评价。",
}


def fill_in(person: Person) -> Page:
    """2.4: the three steps of the basic information, with the sealed consent of the employer."""
    page = person.open("/my/information?step=1").fill(**PERSONAL).press("保存并继续")
    page = page.fill(**BACKGROUND).press("保存并继续")
    page.fill(从事专业="化工安全评价", 从事专业年限="20", 添加专业=specialty())
    page = page.press("添加")
    page.attach("任职单位同意申报附件（加盖公章）", "同意申报.pdf", make.PDF)
    return page.press("保存并去申报")


def specialty(code: str = "010108") -> str:
    """The value of a specialty in the list: several bear the same name."""
    with acting_as(SYSTEM):
        return str(make.node(code).id)


def declare(person: Person, *departments: str) -> Page:
    """2.5: choose departments, tick the notice, declare."""
    page = person.open("/my/declare").tick(*departments)
    return page.tick("我已阅读并同意申报须知，所填信息真实、完整").press(page_button(page))


def page_button(page: Page) -> str:
    """What the button of the declaration reads in this round."""
    return "重新申报" if "重新申报" in page.buttons() else "申报"


# --- 3.7, 3.8, 3.9 --------------------------------------------------------------------------------


def official(
    app: Flask, department_code: str = "yn-yj-hazchem", role: Role = Role.REVIEWER, name: str = "李慧"
) -> Person:
    """A government user at his desk, logged in."""
    person = browser(app)
    make.login(person.client, make.official(role, department_code, name=name))
    return person


def registrar(app: Flask, department_code: str = "yn-yj-registrar") -> Person:
    """科信 at its desk."""
    return official(app, department_code, Role.REGISTRAR, "王敏")


def desk(person: Person, name: str) -> Page:
    """Open the review of a person from the list 待审核."""
    listed = person.open("/admin/review/")
    return listed.follow("审核", within=listed.row(name))


def passing(page: Page, *, body: str = PROVINCE, until: str | None = None) -> Page:
    """Fill the verdict 通过; long-term unless an end is given."""
    page.tick("通过").fill(行业领域="化工（危险化学品）", 专业类别=specialty()).tick(body, group="专家聘用单位")
    page.tick("非长期" if until else "长期", group="聘书有效期类型")
    return page.fill(聘书截止时间=until) if until else page


def pass_on(person: Person, name: str, *, body: str = PROVINCE, until: str | None = None) -> Page:
    """3.7: pass."""
    return passing(desk(person, name), body=body, until=until).press("通过并通知专家")


def reject(person: Person, name: str, reason: str, marks: dict[str, str] | None = None) -> Page:
    """3.7: reject with a reason and remarks beside wrong fields."""
    page = desk(person, name).tick("驳回").fill(驳回理由=reason)
    for label, remark in (marks or {}).items():
        page.fill(**{f"{label}的问题说明": remark}).tick(f"标记取消标记：{label}")
    return page.press("驳回并通知专家")


def file(person: Person, name: str, department: str = "") -> Page:
    """3.8: file from the list 待备案, the review of one department when there are several."""
    listed = person.open("/admin/filing/")
    return listed.follow("备案", within=listed.row(name, department)).press("备案并生成聘书")


def issued(number: int = 0) -> m.Certificate:
    """The n-th certificate of this test, oldest first."""
    with acting_as(SYSTEM):
        found = session().scalars(select(m.Certificate).order_by(m.Certificate.id)).all()[number]
        session().expunge(found)
        return found


def beijing_today() -> dt.date:
    """Today on the clock of the test."""
    return outside().clock.now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()
