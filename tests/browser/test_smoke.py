import pytest

pytestmark = pytest.mark.browser


def test_the_console_answers_and_is_ready(open_page, live):
    page = open_page()
    assert page.goto("/health").ok
    page.wait_for_timeout(500)
    ready = page.request.get("/ready")
    assert ready.json()["database"] == "ok"
    assert ready.json()["migrations"] == "ok"
