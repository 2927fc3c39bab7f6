"""The database is gone: 503 in Chinese with a hint when to try again; it comes back by itself (SECURITY.md R13)."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from console.extensions import db
from console.vocabulary import Role
from tests import make

ROUTES = ["/", "/welcome", "/login", "/tasks", "/admin/expert/", "/experts/1", "/verify?number=YNS1", "/my", "/nothing"]


@pytest.fixture
def reader(client):
    make.login(client, make.official(Role.REVIEWER))
    return client


@pytest.fixture
def down(app, db):
    """Every statement fails as it does when the server has gone away."""

    def refuse(*_given):
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))

    connection = db.engine
    event.listen(connection, "before_cursor_execute", refuse)
    gone = [True]

    def back():
        if gone:
            gone.clear()
            event.remove(connection, "before_cursor_execute", refuse)

    yield back
    back()


@pytest.mark.parametrize("path", ROUTES)
def test_every_page_says_so_in_chinese_and_when_to_try_again(reader, down, path):
    response = reader.get(path)
    text = response.get_data(as_text=True)
    if path == "/nothing":
        assert response.status_code in (404, 503)
    else:
        assert response.status_code == 503, path
        assert response.headers["Retry-After"] == "10"
    assert "暂时" in text or "稍后" in text or response.status_code == 404
    assert "OperationalError" not in text
    assert "SELECT" not in text
    assert "server closed" not in text


def test_a_post_says_so_too_and_does_not_pretend(reader, down):
    response = reader.post("/locale", data={"csrf_token": "x", "locale": "en"})
    assert response.status_code in (400, 503)
    response = reader.post("/me/sessions", data={"csrf_token": make.token(reader)})
    assert response.status_code == 503


def test_styles_and_the_sign_of_life_do_not_need_it(reader, down):
    assert reader.get("/health").status_code == 200
    response = reader.get("/static/console.js")
    assert response.status_code == 200
    response.close()
    assert reader.get("/ready").status_code == 503


def test_it_comes_back_by_itself(reader, down):
    assert reader.get("/tasks").status_code == 503
    down()
    assert reader.get("/tasks").status_code == 200


def test_a_statement_that_breaks_leaves_no_broken_session_behind(reader, app):
    assert reader.get("/tasks").status_code == 200
    db.session.rollback()
    assert reader.get("/tasks").status_code == 200
