"""The current list as a file: what the filters find, guarded, named in Chinese, and known to the audit."""

import datetime as dt
import threading
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.views import export
from console.vocabulary import AuditEvent, PoolState, Role, TitleLevel
from tests import make
from tests.views.listing import REGIONS, rows_of


@pytest.fixture
def official(client, db, system):
    return make.login(client, make.official())


def audited():
    with acting_as(everything("测试")):
        return (
            session().scalars(select(m.AuditEntry).filter_by(event=AuditEvent.EXPORT).order_by(m.AuditEntry.id)).all()
        )


def test_a_file_holds_what_the_filters_find_in_the_order_shown(official):
    make.expert("段丽娟", region=REGIONS["五华"])
    make.expert("安一", region=REGIONS["五华"])
    make.expert("中级", region=REGIONS["五华"], title_level=TitleLevel.INTERMEDIATE)
    rows = rows_of(official.get("/admin/expert/export/csv/?tab=all&title=senior&sort=name"))
    assert rows[0][:3] == ["姓名", "工作单位", "州市"]
    assert [row[0] for row in rows[1:]] == ["安一", "段丽娟"]


def test_the_file_has_a_chinese_name_with_the_day(official):
    answer = official.get("/admin/expert/export/csv/?tab=all")
    assert answer.mimetype == "text/csv"
    header = answer.headers["Content-Disposition"]
    assert header.isascii()
    assert "filename*=UTF-8''专家库_20261120.csv" in unquote(header)
    assert official.get("/tasks.csv").headers["Content-Disposition"].isascii()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_is_neutralised(official, first):
    make.expert("段丽娟", region=REGIONS["五华"], employer=f"{first}SUM(1+1)*cmd|' /C calc'!A0")
    rows = rows_of(official.get("/admin/expert/export/csv/?tab=all"))
    assert rows[1][1].startswith("'")
    assert export.guarded("段丽娟") == "段丽娟"


def test_personal_numbers_leave_masked(official):
    expert = make.expert("段丽娟", region=REGIONS["五华"])
    text = official.get("/admin/expert/export/csv/?tab=all").get_data().decode()
    assert expert.phone_mask in text
    assert expert.phone not in text
    assert expert.id_number not in text


def test_the_audit_knows_who_took_how_many_rows_found_how(official):
    make.expert("段丽娟", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, long_term=True)
    official.get("/admin/expert/export/csv/?tab=in_pool&industry=01&search=段").get_data()
    entry = audited()[-1]
    assert (entry.table_name, entry.actor_name) == ("expert", "李慧")
    assert entry.changes == {"count": 1, "filter": {"行业": "化工（危险化学品）", "search": "段", "tab": "in_pool"}}


def test_more_rows_than_the_limit_are_refused_and_not_cut_silently(official, monkeypatch):
    monkeypatch.setattr(export, "LIMIT", 2)
    for number in range(3):
        make.expert(f"王{number}", region=REGIONS["五华"])
    answer = official.get("/admin/expert/export/csv/?tab=all")
    assert answer.status_code == 422
    assert "一次最多导出" in answer.text
    assert not audited()


def test_blocks_together_hold_every_row_once(official, monkeypatch):
    monkeypatch.setattr(export, "BLOCK", 3)
    made = [make.expert(f"王{number}", region=REGIONS["五华"]).name for number in range(10)]
    rows = rows_of(official.get("/admin/expert/export/csv/?tab=all&sort=name"))
    assert sorted(row[0] for row in rows[1:]) == sorted(made)


def test_the_rows_are_read_while_the_file_is_sent_where_no_context_is_left(official):
    until = dt.date(2027, 1, 1)
    make.expert("段丽娟", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, last_certificate_until=until)
    found = []

    def fetch():  # a thread of its own, as in the server: the fixtures' application context is not there
        found.append(rows_of(official.get("/admin/expert/export/csv/?tab=all")))

    thread = threading.Thread(target=fetch)
    thread.start()
    thread.join()
    assert [row[0] for row in found[0][1:]] == ["段丽娟"]


def test_other_kinds_of_file_do_not_exist_yet(official):
    assert official.get("/admin/expert/export/xlsx/").status_code == 404


def test_who_may_not_export_gets_nothing(client, db, system):
    make.login(client, make.support())
    assert client.get("/admin/expert/export/csv/").status_code == 403
    assert client.get("/admin/account/export/csv/").status_code == 403


@pytest.mark.parametrize("endpoint", ["review", "filing", "application", "certificate", "taxonomy", "parameter"])
def test_every_list_with_a_file_writes_it(official, endpoint):
    make.certificate(make.expert("段丽娟", region="530102"))
    assert len(rows_of(official.get(f"/admin/{endpoint}/export/csv/"))) >= 1


def test_the_audit_administrator_takes_the_audit_with_readable_differences(client, db, system):
    make.login(client, make.administrator(Role.AUDIT_ADMIN))
    with acting_as(make.actor(make.official(Role.BUREAU_ADMIN, "yn-yj-registrar"))):
        node = make.node("010108")
        node.short_name = "防火"
        session().flush()
    rows = rows_of(client.get("/admin/audit/export/csv/?tab=changes"))
    assert any("证书简称：防爆 → 防火" in cell for row in rows for cell in row)
    assert dt.datetime.fromisoformat(rows[1][0])
