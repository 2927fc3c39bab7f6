"""Nobody is sent on to another site, whatever ``next`` says."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from console.views.local_path import local_path

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5cevil.example\\",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http://localhost@evil.example/",
    "http://localhost.evil.example/",
    "/" * 3000,
    "/\x00/evil.example",
    "/‮/evil",
    "evil.example",
    "?next=//evil.example",
]
WITHIN = ["/tasks", "/admin/expert/?tab=all&search=%E6%AE%B5", "/experts/1#history", "/my"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_another_place_is_never_a_path_of_ours(target):
    found = urlsplit(local_path(target))
    assert (found.scheme, found.netloc) == ("", "")
    assert local_path(target) in ("/", target)
    if local_path(target) == target:
        assert target.startswith("/")
        assert not target.startswith(("//", "/\\"))


@pytest.mark.parametrize("target", WITHIN)
def test_a_place_of_ours_is_kept(target):
    assert local_path(target) == target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_answer_leads_away_and_no_form_carries_the_other_place(asker, target):
    with asker.aside():
        client = asker.browser("onlooker_kunming")
        told = [
            client.get("/login", query_string={"next": target}),
            client.post("/locale", data={"csrf_token": asker.world.token, "locale": "en", "next": target}),
        ]
        for response in told:
            if response.status_code == 400:  # not even read: a sign no address holds
                assert "\0" in target
                continue
            where = urlsplit(response.headers["Location"])
            assert (where.scheme, where.netloc) == ("", ""), target
            assert not response.headers["Location"].startswith(("//", "/\\"))
        account = asker.world.ids["expert_account", "wuhua"]
        for path in ("/login", "/login/sms", f"/accounts/{account}/password"):
            person = "onlooker_kunming" if path.startswith("/accounts") else "visitor"
            page = asker.browser(person).get(path, query_string={"next": target})
            kept = [field.get("value") or "" for field in BeautifulSoup(page.data, "html.parser").select("[name=next]")]
            assert all(value == "" or value == local_path(value) for value in kept), (path, kept)
            links = [link["href"] for link in BeautifulSoup(page.data, "html.parser").select("a[href]")]
            assert not [link for link in links if "evil" in urlsplit(link).netloc or link.startswith("javascript")]


def test_who_has_to_log_in_comes_back_to_where_he_wanted(asker):
    with asker.aside():
        response = asker.browser("visitor").get("/admin/expert/?tab=all")
        assert response.headers["Location"] == "/login?next=/admin/expert/?tab%3Dall"


def test_a_host_header_does_not_become_an_address(asker):
    with asker.aside():
        client = asker.browser("visitor")
        for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
            for path in ("/tasks", "/welcome", "/login", "/"):
                response = client.get(path, headers=headers)
                assert "evil.example" not in response.headers.get("Location", "")
                assert "evil.example" not in response.get_data(as_text=True), (path, headers)
