"""Every unsafe method without the token of the reader's own session is refused; nothing happens (SECURITY.md R7)."""

from console.extensions import csrf
from tests import make
from tests.matrix.bodies import body_of
from tests.matrix.cells import SAFE, rules


def test_no_view_is_exempt(app):
    assert app.config["WTF_CSRF_ENABLED"]
    assert not csrf._exempt_views
    assert not csrf._exempt_blueprints


def test_every_unsafe_rule_is_a_post(app):
    assert {method for _rule, method in rules(app)} == {"GET", "POST"}


def test_every_post_without_its_token_is_refused_and_changes_nothing(app, asker, opening):
    posts = [cell for (_endpoint, method), cell in opening.items() if method not in SAFE]
    assert len(posts) > 45
    foreign = make.token(app.test_client())  # a good one, of another session
    for token in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": asker.world.token[:-1]}):
        wrong = []
        for cell in posts:
            with asker.aside():
                data = (body_of(cell, asker.world) or {}) | token
                response = asker.browser(cell.person).post(asker.address(cell), data=data)
                if (
                    response.status_code != 400
                    or "页面已过期" not in response.get_data(as_text=True)
                    or asker.changed()
                ):
                    wrong.append((str(cell), response.status_code, asker.changed()))
        assert wrong == [], token


def test_a_token_in_the_address_does_not_count(asker):
    with asker.aside():
        client = asker.browser("reviewer_kunming")
        assert client.post(f"/logout?csrf_token={asker.world.token}").status_code == 400


def test_a_get_never_changes_anything(asker, opening):
    wrong = []
    for (_endpoint, method), cell in opening.items():
        if method == "GET" and cell.endpoint not in ("auth.puzzle", "auth.picture"):  # a challenge is a row
            with asker.aside():
                asker.send(cell).close()
                if changed := asker.changed():
                    wrong.append((str(cell), changed))
    assert wrong == []
