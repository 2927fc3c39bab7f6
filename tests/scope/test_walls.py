"""Who sees which rows, with both walls, and with each wall alone (ARCHITECTURE.md section 6)."""

import pytest
from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import aliased

from console import models as m
from console.audit import record
from console.columns import Base, CaseRow
from console.database import session
from console.errors import NotFound
from console.scope import ANONYMOUS, Walls, acting_as, everything, system_work
from console.vocabulary import AuditEvent, PoolState, Role
from tests import make, worlds

CASES = sorted((mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, CaseRow)), key=str)
REGIONS = {"wuhua": "530102", "qilin": "530302", "hongta": "530402"}

# The oracle: who sees the case of which place. Nothing here is taken from console/scope.py.
SEES = {
    "province": {"wuhua", "qilin", "hongta"},
    "kunming": {"wuhua"},
    "qujing": {"qilin"},
    "wuhua": {"wuhua"},
    "panlong": set(),
    "expert": {"wuhua"},
    "bureau_admin": set(),
    "support": set(),
    "system_admin": set(),
    "security_admin": set(),
    "audit_admin": set(),
    "nobody": set(),
}


@pytest.fixture(params=["both walls", "session events alone", "row-level security alone"])
def wall(request, monkeypatch):
    monkeypatch.setattr(Walls, "events", request.param != "row-level security alone")
    monkeypatch.setattr(Walls, "rows", request.param != "session events alone")
    return request.param


@pytest.fixture
def world(db, wall):
    return worlds.three_regions()


def somebody(name, world):
    with acting_as(everything("测试")):
        account = {
            "province": lambda: make.official(Role.GOVERNMENT, "yn-yj-hazchem"),
            "kunming": lambda: make.official(Role.REVIEWER, "km-yj-hazchem"),
            "qujing": lambda: make.official(Role.REGISTRAR, "qj-yj-hazchem"),
            "wuhua": lambda: make.official(Role.REVIEWER, _district("530102")),
            "panlong": lambda: make.official(Role.REVIEWER, _district("530103")),
            "expert": lambda: session().get(m.Account, world["wuhua"].expert.account_id),
            "bureau_admin": lambda: make.official(Role.BUREAU_ADMIN, "yn-yj-hazchem"),
            "support": make.support,
            "system_admin": lambda: make.administrator(Role.SYSTEM_ADMIN),
            "security_admin": lambda: make.administrator(Role.SECURITY_ADMIN),
            "audit_admin": lambda: make.administrator(Role.AUDIT_ADMIN),
            "nobody": lambda: None,
        }[name]()
        if name == "bureau_admin":
            session().execute(delete(m.RoleGrant).where(m.RoleGrant.role == Role.GOVERNMENT))
        session().commit()
        actor = make.actor(account) if account else None
        session().expunge_all()
    return actor or ANONYMOUS


def _district(region):
    return (
        session()
        .scalars(
            select(m.Department.code)
            .where(m.Department.region_code == region, m.Department.accepts_applications)
            .limit(1)
        )
        .one()
    )


def places(regions):
    seen = set(regions)
    return {name for name, code in REGIONS.items() if code in seen}


@pytest.mark.parametrize("who", SEES)
def test_every_table_about_an_expert_shows_exactly_the_rows_of_the_oracle(who, world):
    with acting_as(somebody(who, world)):
        for model in (*CASES, m.Expert):
            seen = places(session().scalars(select(model.region_code)))
            assert seen == SEES[who], model.__name__


@pytest.mark.parametrize("who", ["kunming", "expert", "support", "nobody"])
def test_no_way_of_asking_shows_more(who, world):
    foreign = world["qilin"].expert.id
    with acting_as(somebody(who, world)):
        expert, other = m.Expert, aliased(m.Expert)
        allowed = len(SEES[who])
        assert session().scalar(select(func.count()).select_from(expert)) == allowed
        assert session().scalar(select(func.count(other.id))) == allowed
        assert session().get(expert, foreign) is None
        assert session().scalars(select(expert).where(expert.id == foreign)).all() == []
        inner = select(expert.region_code).subquery()
        assert len(session().execute(select(inner)).all()) == allowed
        assert session().scalar(select(exists().where(expert.id == foreign))) is False
        both = select(m.Review.id, expert.name).join(expert, expert.id == m.Review.expert_id)
        assert len(session().execute(both).all()) == allowed
        assert len(session().execute(select(expert.name).union(select(other.name))).all()) == allowed


@pytest.mark.parametrize("who", ["kunming", "expert", "support", "nobody"])
def test_no_way_of_writing_reaches_further(who, world):
    foreign = world["qilin"].expert.id
    with acting_as(somebody(who, world)):
        change = update(m.Expert).where(m.Expert.id == foreign).values(position="被改")
        assert session().execute(change).rowcount == 0
        assert session().execute(delete(m.ReviewMark).where(m.ReviewMark.expert_id == foreign)).rowcount == 0


def test_a_row_cannot_be_moved_out_of_scope_or_created_outside(world):
    with acting_as(somebody("kunming", world)):
        expert = session().get(m.Expert, world["wuhua"].expert.id)
        expert.region_code = "530302"
        with pytest.raises((NotFound, ProgrammingError)):
            session().flush()
        session().rollback()
        session().add(
            m.ReviewMark(
                review_id=world["qilin"].review.id,
                field="name",
                note="越界",
                expert_id=world["qilin"].expert.id,
                region_code="530302",
            )
        )
        with pytest.raises((NotFound, ProgrammingError)):
            session().flush()
        session().rollback()


def test_a_fragment_of_a_foreign_name_finds_nothing(world):
    with acting_as(somebody("kunming", world)):
        found = session().scalars(select(m.ExpertGram.expert_id).where(m.ExpertGram.gram == "专家")).all()
        assert found == [world["wuhua"].expert.id]


def test_raw_sql_without_an_actor_finds_no_row(db):
    worlds.three_regions()
    for table in ("expert", "review", "certificate", "account", "expert_gram", "audit_entry", "user_session"):
        assert session().execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0  # noqa: S608 names of this test


def test_support_sees_accounts_and_messages_only(world):
    with acting_as(somebody("support", world)):
        assert session().scalar(select(func.count()).select_from(m.Account)) >= 3
        assert session().scalar(select(func.count()).select_from(m.Certificate)) == 0


def test_the_audit_is_read_by_the_audit_administrator_only(world):
    with acting_as(somebody("audit_admin", world)):
        assert session().scalar(select(func.count()).select_from(m.AuditEntry)) > 0
    for who in ("province", "system_admin", "security_admin", "support", "expert"):
        with acting_as(somebody(who, world)):
            assert session().scalar(select(func.count()).select_from(m.AuditEntry)) == 0, who


def test_what_belongs_to_no_region_is_read_by_every_audit_administrator_and_nobody_else(world):
    with acting_as(everything("测试")):
        record(session(), AuditEvent.LOGIN_FAILED, at=worlds.NOW, table="account", record_id="?")
        session().commit()
    placeless = select(func.count()).select_from(m.AuditEntry).where(m.AuditEntry.region_code.is_(None))
    for who, seen in (("audit_admin", 1), ("province", 0), ("system_admin", 0), ("nobody", 0)):
        with acting_as(somebody(who, world)):
            assert (session().scalar(placeless) > 0) == bool(seen), who


def test_the_application_role_can_neither_change_nor_delete_the_audit(world):
    for statement in ("UPDATE audit_entry SET actor_name = ''", "DELETE FROM audit_entry", "DELETE FROM step_log"):
        with acting_as(everything("测试")), pytest.raises(ProgrammingError, match="permission denied"):
            session().execute(text(statement))
        session().rollback()


def test_system_work_says_why_and_keeps_who_asked(world):
    actor = somebody("kunming", world)
    with acting_as(actor), system_work("查重") as wide:
        assert (wide.name, wide.because) == (actor.name, "查重")
        assert session().scalar(select(func.count(m.Expert.id))) == 3
    with acting_as(actor):
        assert session().scalar(select(func.count(m.Expert.id))) == 1


def test_what_belongs_to_the_person_moves_with_him_and_cases_stay(world):
    expert_id = world["wuhua"].expert.id
    with acting_as(everything("测试")):
        expert = session().get(m.Expert, expert_id)
        expert.region_code = "530302"
        session().commit()
        session().expunge_all()
        for model, region in ((m.ExpertSpecialty, "530302"), (m.Attachment, "530302"), (m.Certificate, "530102")):
            assert session().scalars(select(model.region_code).where(model.expert_id == expert_id)).one() == region
        account = session().get(m.Account, world["wuhua"].expert.account_id)
        assert account.region_code == "530302"


def test_the_fragment_table_follows_the_name(db, system):
    expert = make.expert("段丽娟")
    expert.name = "欧阳志远"
    session().flush()
    grams = set(session().scalars(select(m.ExpertGram.gram).where(m.ExpertGram.expert_id == expert.id)))
    assert grams == {"欧", "阳", "志", "远", "欧阳", "阳志", "志远", "欧阳志", "阳志远", "欧阳志远"}
    expert.pool_state = PoolState.REVIEWING
    session().flush()
    assert session().scalar(select(func.count()).select_from(m.ExpertGram)) == 10
