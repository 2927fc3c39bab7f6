"""What a list page costs: python bench/bench_lists.py [experts]. Nothing is asserted; the table is the result.

CPU milliseconds per request, application and database backend apart (process_time and /proc), through Flask's test
client with scope and row-level security on and a logged-in official. Targets: PERFORMANCE.md (7 to 10 ms in all).
"""

import datetime as dt
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog

import config as settings
from bench.generate import fill
from console import create_app
from console.adapters.embedded_postgres import FAST_AND_UNSAFE, Embedded
from console.commands.schema import upgrade
from console.scope import acting_as, everything

ROUNDS = 30
PAGES = (
    ("list", "/admin/expert/"),
    ("list, everybody", "/admin/expert/?tab=all"),
    ("page 30 typed", "/admin/expert/?tab=all&page=30"),
    ("page by key", None),
    ("prefecture", "/admin/expert/?tab=all&prefecture=530400"),
    ("district", "/admin/expert/?tab=all&district=530102"),
    ("search 2 signs", "/admin/expert/?tab=all&search=" + quote("志远")),
    ("search 1 sign", "/admin/expert/?tab=all&search=" + quote("李")),
    ("search nothing", "/admin/expert/?tab=all&search=" + quote("鿿鿿")),
    ("specialty", "/admin/expert/?tab=all&specialty=010108"),
    ("industry + prefecture", "/admin/expert/?tab=all&industry=01&prefecture=530400"),
    ("state + title", "/admin/expert/?tab=all&state=in_pool&title=senior"),
    ("by name", "/admin/expert/?tab=all&sort=name"),
    ("by validity", "/admin/expert/?tab=all&sort=-until"),
    ("待审核", "/admin/review/"),
    ("待办", "/tasks"),
    ("行政区划", "/admin/region/?tab=district"),
    ("export 10,000", "/admin/expert/export/csv/?tab=all&title=senior&prefecture=530100"),
)


SCOPES = (("province", "530000", "yn-yj-hazchem"), ("district", "530102", "wh-yj-safety"))


def main(number):
    fast = {**FAST_AND_UNSAFE, "jit": "off"}
    with (
        tempfile.TemporaryDirectory(prefix="juxian-bench-", dir="/tmp") as folder,
        Embedded(Path(folder), settings=fast) as urls,
    ):
        started = time.monotonic()
        upgrade(urls)
        app = make(urls, folder)
        fill(urls.owner, number)
        print(f"{number:,} experts in {time.monotonic() - started:.0f} s")
        for who, region, department in SCOPES:
            measure(app, who, region, department)
        with app.app_context():
            from console.extensions import db
            from console.services.outside import outside

            outside().pdf.close()
            db.engine.dispose()


def make(urls, folder):
    app = create_app(
        settings.load(
            {
                "JUXIAN_ENV": "testing",
                "JUXIAN_INSTANCE": folder,
                "DATABASE_APP_URL": urls.app,
                "JUXIAN_POOL_SIZE": "1",
                "JUXIAN_POOL_OVERFLOW": "1",
                "JUXIAN_SECRET_KEY": "bench" * 10,
                "JUXIAN_LOG_LEVEL": "ERROR",
            }
        )
    )
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from console.services import seeding
    from console.services.unit import unit

    with app.app_context(), acting_as(everything("测量")), unit():
        seeding.load_all(settings.ROOT / "seeds")
    return app


def measure(app, who, region, department):
    client, pid = login(app, department)
    print(f"\n{who} ({region}){'':20} app ms   db ms   all ms   wall ms   KB   statements")
    for name, url in PAGES:
        if url is None:
            url = following(client)
        rounds = 3 if "export" in url else ROUNDS
        first = client.get(url)
        if first.status_code != 200:
            print(f"{name:34} {first.status_code}")
            continue
        figures = [once(client, url, pid) for _ in range(rounds)]
        app_ms, wall = (statistics.median(figure[part] for figure in figures) for part in (0, 2))
        db_ms = sum(figure[1] for figure in figures) / rounds
        print(
            f"{name:30} {app_ms:9.1f} {db_ms:7.1f} {app_ms + db_ms:8.1f} {wall:9.1f} {len(first.data) / 1024:5.0f}"
            f" {statements(app, client, url):8}"
        )


def once(client, url, pid):
    db, cpu, wall = backend(pid), time.process_time(), time.perf_counter()
    client.get(url).get_data()
    return (time.process_time() - cpu) * 1e3, (backend(pid) - db) * 1e3, (time.perf_counter() - wall) * 1e3


def backend(pid):
    # schedstat counts nanoseconds; the ticks of stat are 10 ms.
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def statements(app, client, url):
    from sqlalchemy import event

    from console.extensions import db

    seen = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listener := lambda *given: seen.append(given[2]))
    client.get(url).get_data()
    event.remove(engine, "before_cursor_execute", listener)
    return len([sql for sql in seen if "set_config" not in sql])


def following(client):
    import re

    page = client.get("/admin/expert/?tab=all&page=30").text
    return re.search(r'href="([^"]*)" rel="next"', page)[1].replace("&amp;", "&")


def login(app, department):
    from sqlalchemy import select, text

    from console import models as m
    from console.database import session
    from console.services.sessions import Limits, open_session
    from console.views.request import SESSION_KEY
    from console.vocabulary import AccountKind, Role

    client = app.test_client()
    with app.app_context(), acting_as(everything("测量")):
        place = session().scalars(select(m.Department).where(m.Department.code == department)).one()
        who = m.Account(
            kind=AccountKind.OFFICIAL,
            name="李慧",
            login=department,
            region_code=place.region_code,
            password_hash="-",  # noqa: S106 nobody logs in with it
            organisation_id=place.organisation_id,
            department_id=place.id,
        )
        session().add(who)
        session().flush()
        for role in (Role.GOVERNMENT, Role.REVIEWER):
            grant = {"account_id": who.id, "account_kind": who.kind, "region_code": who.region_code, "role": role}
            session().add(m.RoleGrant(**grant))
        limits = Limits(dt.timedelta(hours=8), dt.timedelta(hours=8))
        token = open_session(who, now=dt.datetime.now(dt.UTC), limits=limits, ip="127.0.0.1", device="bench")
        pid = session().scalar(text("SELECT pg_backend_pid()"))
        session().commit()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    return client, pid


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
