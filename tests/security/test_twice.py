"""Buttons pressed twice: the second sending is answered, does nothing, and breaks no page (SECURITY.md R5)."""

import pytest
from bs4 import BeautifulSoup

from tests.matrix.bodies import body_of
from tests.matrix.cells import Cell

TWICE = {
    # endpoint: (who, kind, place, what the second answer may be)
    "reviews.decide": ("reviewer_wuhua", "review_waiting", "wuhua", (302, 303, 409)),
    "reviews.file": ("registrar_wuhua", "review_passed", "wuhua", (302, 303, 409)),
    "certificates.end": ("reviewer_wuhua", "certificate", "wuhua", (302, 303, 409)),
    "portal.withdraw": ("expert_waiting_in_wuhua", "application_waiting", "wuhua", (302, 303, 409)),
    "accounts.reset": ("support_kunming", "expert_account", "wuhua", (302, 303)),
    "accounts.disable": ("system_admin", "official_account", "wuhua", (409,)),
    "accounts.grant": ("security_admin", "official_account", "wuhua", (409, 422)),
    "accounts.revoke": ("security_admin", "official_account", "wuhua", (404,)),
    "portal.remove_attachment": ("expert_of_wuhua", "attachment", "wuhua", (404, 409)),
}


def cell_of(opening, endpoint):
    who, kind, place, _second = TWICE[endpoint]
    return Cell(endpoint, "POST", who, kind, place, rule=opening[endpoint, "POST"].rule)


@pytest.mark.parametrize("endpoint", TWICE)
@pytest.mark.parametrize("key", ["the same key", "no key"])
def test_the_second_sending_does_nothing_more(asker, opening, endpoint, key):
    cell = cell_of(opening, endpoint)
    data = body_of(cell, asker.world) | {
        "csrf_token": asker.world.token,
        "once": "k" * 32 if key == "the same key" else "",
    }
    with asker.aside():
        client = asker.browser(cell.person)
        first = client.post(asker.address(cell), data=data)
        assert first.status_code in (302, 303), first.get_data(as_text=True)[:2000]
        after = asker.changed()
        assert after
        second = client.post(asker.address(cell), data=data)
        assert second.status_code in TWICE[endpoint][3]
        if endpoint != "accounts.reset":  # asked for twice, a password is made twice, and told twice
            assert asker.changed() == after
        if second.status_code in (302, 303):
            assert second.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("endpoint", ["reviews.decide", "reviews.file", "certificates.end"])
def test_a_key_of_somebody_else_opens_and_spoils_nothing(asker, opening, endpoint):
    cell = cell_of(opening, endpoint)
    token = {"csrf_token": asker.world.token}
    other = {"reviews.file": "registrar_qujing"}.get(endpoint, "reviewer_qujing")
    with asker.aside():
        theft = body_of(cell, asker.world) | token | {"once": "s" * 32}
        assert asker.browser(other).post(asker.address(cell), data=theft).status_code == 404
        mine = asker.browser(cell.person).post(asker.address(cell), data=theft)
        assert mine.status_code in (302, 303)
        assert asker.changed()
        again = asker.browser(other).post(asker.address(cell), data=theft)
        assert again.status_code == 404, "a stranger with the key learns where the first sending led"


def test_a_new_page_carries_a_new_key(asker):
    with asker.aside():
        client = asker.browser("reviewer_wuhua")
        path = f"/reviews/{asker.world.ids['review_waiting', 'wuhua']}"
        keys = {
            BeautifulSoup(client.get(path).data, "html.parser").select_one("[name=once]")["value"] for _ in range(3)
        }
        assert len(keys) == 3
        assert all(len(key) >= 32 for key in keys)


@pytest.mark.parametrize("key", ["", "x" * 5000, "'; --", "\u202e", "0"])
def test_a_hostile_key_breaks_nothing(asker, opening, key):
    cell = cell_of(opening, "certificates.end")
    with asker.aside():
        data = body_of(cell, asker.world) | {"csrf_token": asker.world.token, "once": key}
        assert asker.browser(cell.person).post(asker.address(cell), data=data).status_code in (302, 303, 400, 422)
