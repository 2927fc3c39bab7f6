"""A session ends: by idleness, by age, by logging out, by a role that goes; a cookie alone is nobody."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from console import models as m
from console.database import session
from console.scope import acting_as
from console.services.sessions import token_hash
from console.views.request import SESSION_KEY
from console.vocabulary import AccountState, Role
from tests import make
from tests.conftest import NOW
from tests.matrix.world import SYSTEM

PAGE = "/me/sessions"


@pytest.fixture
def reader(client, clock):
    account = make.official(Role.REVIEWER)
    make.login(client, account)
    assert client.get(PAGE).status_code == 200
    return account


def out(client):
    response = client.get(PAGE)
    return response.status_code == 302 and response.headers["Location"].startswith("/login")


def test_half_an_hour_without_use_ends_it(client, reader, clock):
    clock.moment = NOW + dt.timedelta(minutes=29)
    assert not out(client)
    clock.moment += dt.timedelta(minutes=31)
    assert out(client)
    assert "登录已超时，请重新登录" in client.get("/login").get_data(as_text=True)


def test_eight_hours_end_it_however_busy(client, reader, clock):
    while clock.moment < NOW + dt.timedelta(hours=8, minutes=-20):
        clock.moment += dt.timedelta(minutes=19)
        assert not out(client), clock.moment
    clock.moment = NOW + dt.timedelta(hours=8)
    assert out(client)


def test_the_cookie_is_worth_nothing_after_logging_out(client, reader, app):
    name = app.config["SESSION_COOKIE_NAME"]
    stolen = client.get_cookie(name).value
    client.post("/logout", data={"csrf_token": make.token(client)})
    thief = app.test_client()
    thief.set_cookie(name, stolen)
    assert out(thief)


@pytest.mark.parametrize("state", [AccountState.DISABLED])
def test_a_closed_account_is_out_with_its_next_request(client, reader, state):
    with acting_as(SYSTEM):
        session().execute(update(m.Account).where(m.Account.id == reader.id).values(state=state))
        session().commit()
    assert out(client)


def test_a_role_that_is_taken_away_counts_with_the_next_request(client, reader):
    assert client.get("/admin/review/").status_code == 200
    with acting_as(SYSTEM):
        for grant in session().scalars(select(m.RoleGrant).where(m.RoleGrant.account_id == reader.id)):
            session().delete(grant)
        session().commit()
    assert client.get("/admin/review/").status_code == 403


def test_the_database_keeps_no_token_that_opens_anything(client, reader):
    with client.session_transaction() as cookie:
        token = cookie[SESSION_KEY]
    with acting_as(SYSTEM):
        stored = session().scalars(select(m.UserSession.token_hash)).all()
    assert token_hash(token) in stored
    assert token not in stored
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token_hash(token)
    assert out(client)


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "' OR 1=1", "\x00", "💥" * 100, None])
def test_a_made_up_token_is_nobody(client, db, clock, token):
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    assert out(client)


def test_a_cookie_that_was_tampered_with_is_nobody(client, reader, app):
    name = app.config["SESSION_COOKIE_NAME"]
    value = client.get_cookie(name).value
    for changed in (value[:-2] + "xx", value[1:], "", ".", value.replace(".", "", 1)):
        client.set_cookie(name, changed)
        assert out(client)


def test_the_cookie_holds_no_personal_data(client, reader, app):
    serializer = app.session_interface.get_signing_serializer(app)
    kept = serializer.loads(client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value)
    assert set(kept) <= {SESSION_KEY, "csrf_token", "_flashes", "picture", "registered", "_fresh"}
