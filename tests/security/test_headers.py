"""What every answer carries: policy, sniffing, referrer, frames, caches, cookies (SECURITY.md R12)."""

import re

import pytest

from tests.matrix.cells import Cell

FRAMED = {"certificates.pdf": "shown inside a page of ours, in the reader's own viewer, which needs inline styles"}
"""Endpoints with a policy of their own, and why."""


EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


def faults(endpoint, response):
    headers = response.headers
    found = [f"{name}: {headers.get(name)}" for name, value in EVERYWHERE.items() if headers.get(name) != value]
    found += [name for name in ("Permissions-Policy", "Cross-Origin-Opener-Policy") if name not in headers]
    found += [name for name in ("Server", "X-Powered-By") if name in headers]
    found += _policy(endpoint, headers)
    if not endpoint.endswith("static"):
        found += [f"cached: {headers['Cache-Control']}"] if headers.get("Cache-Control") != "no-store" else []
        found += ["vary"] if "Cookie" not in headers.get("Vary", "") else []
    for cookie in headers.getlist("Set-Cookie"):
        if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie:
            found.append(f"cookie {cookie.partition('=')[0]}")
    return found


def _policy(endpoint, headers):
    whole = headers.get("Content-Security-Policy", "")
    parts = dict(part.strip().partition(" ")[::2] for part in whole.split(";"))
    if endpoint in FRAMED:
        fine = (parts.get("default-src"), parts.get("frame-ancestors")) == ("'none'", "'self'")
        return [] if fine and "script-src" not in parts else [f"policy of a file: {whole}"]
    fine = "default-src" in parts and parts.get("frame-ancestors") == "'none'" and "unsafe" not in whole
    return [] if fine and headers.get("X-Frame-Options") == "DENY" else [f"policy: {whole}"]


def test_every_answer_of_every_endpoint_carries_the_headers(asker, opening):
    wrong = []
    for cell in opening.values():
        with asker.aside():
            response = asker.send(cell)
            wrong += [(str(cell), fault) for fault in faults(cell.endpoint, response)]
            response.close()
    assert wrong == []


@pytest.mark.parametrize("path", ["/nothing", "/experts/x", "/experts/1", "/admin/", "/experts/987654321", "/tasks"])
@pytest.mark.parametrize("person", ["visitor", "reviewer_kunming", "support_kunming"])
def test_error_pages_carry_them_as_well(asker, person, path):
    with asker.aside():
        for response in (asker.browser(person).get(path), asker.browser(person).post(path)):
            assert faults("", response) == [], response.status


def test_the_methods_flask_adds_are_guarded_too(asker):
    with asker.aside():
        client = asker.app.test_client()
        place = asker.world.ids["expert", "wuhua"]
        for method in ("HEAD", "OPTIONS"):
            response = client.open(f"/experts/{place}", method=method)
            assert response.status_code == 302, method
            assert faults("", response) == []
        assert client.open(f"/experts/{place}", method="TRACE").status_code == 405
        assert client.open(f"/experts/{place}", method="DELETE").status_code == 405


def test_scripts_and_styles_of_a_page_are_ours_and_carry_the_nonce(asker, opening):
    wrong = []
    for cell in opening.values():
        if cell.method != "GET":
            continue
        with asker.aside():
            response = asker.send(cell)
            if response.mimetype == "text/html" and response.status_code == 200:
                nonce = re.search(r"'nonce-([\w-]+)'", response.headers["Content-Security-Policy"]).group(1)
                text = response.get_data(as_text=True)
                wrong += [
                    (str(cell), tag) for tag in re.findall(r"<script\b[^>]*>", text) if f'nonce="{nonce}"' not in tag
                ]
                wrong += [(str(cell), word) for word in re.findall(r'<[^>]*\s(?:on\w+|style)="[^"]*"', text)]
                wrong += [(str(cell), word) for word in re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', text)]
            response.close()
    assert wrong == []


def test_a_nonce_is_used_once(asker):
    with asker.aside():
        client = asker.browser("visitor")
        policies = {client.get("/login").headers["Content-Security-Policy"] for _ in range(3)}
        assert len(policies) == 3


def test_downloads_are_attachments_in_a_sandbox(asker):
    with asker.aside():
        place = asker.world.ids["attachment", "wuhua"]
        response = asker.browser("onlooker_wuhua").get(f"/attachments/{place}")
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
        response.close()


def test_the_cookie_of_a_secure_installation_is_bound_to_its_host(tmp_path):
    import config

    values = config.load(
        {
            "JUXIAN_INSTANCE": str(tmp_path),
            "JUXIAN_BASE_URL": "https://zj.example.gov.cn",
            "DATABASE_URL": "postgresql://x/y",
        }
    )
    assert values["SESSION_COOKIE_SECURE"] is True
    assert values["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert (values["SESSION_COOKIE_HTTPONLY"], values["SESSION_COOKIE_SAMESITE"]) == (True, "Lax")


def test_the_secure_installation_says_so_on_every_answer(asker, monkeypatch):
    monkeypatch.setitem(asker.app.config, "SESSION_COOKIE_SECURE", True)
    with asker.aside():
        response = asker.browser("visitor").get("/login", base_url="https://localhost")
        assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))


def test_every_policy_of_its_own_belongs_to_an_endpoint(opening):
    assert set(FRAMED) <= {endpoint for endpoint, _method in opening}
    assert all(isinstance(cell, Cell) for cell in opening.values())
