import datetime as dt

from sqlalchemy.exc import OperationalError

from console import worker


def test_the_process_says_that_it_lives(client):
    assert client.get("/health").get_json() == {"status": "ok"}


def test_ready_needs_a_worker_seen_in_the_last_minute(client, clock):
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.get_json()["worker"] == "not seen in the last minute"
    worker.beat(clock.now())
    assert client.get("/ready").get_json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
    }
    clock.moment += dt.timedelta(seconds=61)
    assert client.get("/ready").status_code == 503


def test_ready_says_when_the_database_is_gone(client, monkeypatch):
    def gone(*_, **__):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr("console.views.health._migrations", gone)
    answer = client.get("/ready")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "unavailable")


def test_a_nul_in_address_query_or_form_is_refused_and_never_reaches_the_database(client):
    assert client.get("/verify/%00/x").status_code == 400
    assert client.get("/verify?number=%00").status_code == 400
    assert client.post("/verify", data={"number": "a\0b"}).status_code == 400
