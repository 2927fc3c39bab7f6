from pathlib import Path

import pytest
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.services.demo import making as demo
from console.services.outside import outside
from console.vocabulary import AccountState, ApplicationState, CertificateState, PoolState, ReviewState, Role

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.mark.slow
def test_the_demo_world_shows_every_state_and_prints_a_login_for_every_role(system, tmp_path):
    logins = tmp_path / "demo-logins.txt"
    assert demo.load(SEEDS, logins, experts=400) == 400
    for states, column in (
        (ApplicationState, m.Application.state),
        (ReviewState, m.Review.state),
        (CertificateState, m.Certificate.state),
        (PoolState, m.Expert.pool_state),
        (AccountState, m.Account.state),
    ):
        assert set(session().scalars(select(column).distinct())) == set(states)
    held = set(session().scalars(select(m.RoleGrant.role).distinct()))
    assert held == set(Role) - {Role.SYSTEM}
    assert logins.stat().st_mode & 0o777 == 0o600
    assert "lihui" in logins.read_text(encoding="utf-8")
    document = session().scalars(select(m.Document).limit(1)).one()
    assert document.content.startswith(b"%PDF")
    stored = session().scalars(select(m.Attachment.storage_key).limit(1)).one()
    with outside().storage.open(stored) as file:
        assert file.read(4) == b"%PDF"
    numbers = session().scalar(select(func.count(m.Certificate.number.distinct())))
    assert numbers == session().scalar(select(func.count()).select_from(m.Certificate))
    assert demo.load(SEEDS, logins) == 0
