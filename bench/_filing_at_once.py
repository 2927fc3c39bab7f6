"""The measured part of bench_filing.py; runs inside pytest because it uses the throw-away database of the tests."""

import os
import time

from sqlalchemy import create_engine

from console.extensions import db
from console.scope import acting_as, everything
from console.services.filing import file_one
from tests.services.test_filing_at_once import NOW, at_once, registrar, waiting_for_filing

WRITERS, EACH = int(os.environ.get("BENCH_WRITERS", "4")), int(os.environ.get("BENCH_EACH", "10"))


def test_filing_with_the_real_renderer(app, clock):
    with app.app_context(), acting_as(everything("测量")):
        engines = db._app_engines[app]
        engines[None] = create_engine(engines[None].url, pool_size=WRITERS + 2, pool_timeout=60, hide_parameters=True)
        ids, actor = waiting_for_filing(WRITERS * EACH + EACH + 1), registrar()

        def file(review_id):
            begun = time.perf_counter()
            with acting_as(actor):
                file_one(review_id, version=1, actor=actor, now=NOW)
            return time.perf_counter() - begun

        print(f"\nfirst (starts the rendering process): {file(ids.pop()):.2f} s")
        alone = [file(ids.pop()) for _ in range(EACH)]
        print(f"one registrar: {1000 * sum(alone) / len(alone):.0f} ms each, slowest {1000 * max(alone):.0f} ms")
        begun = time.perf_counter()
        parts = at_once(app, [lambda own=ids[n::WRITERS]: [file(one) for one in own] for n in range(WRITERS)])
        took, waits = time.perf_counter() - begun, [wait for part in parts for wait in part]
        print(
            f"{WRITERS} registrars of one body at once: {len(waits) / took:.1f} certificates a second,"
            f" each waited {1000 * sum(waits) / len(waits):.0f} ms, slowest {1000 * max(waits):.0f} ms"
        )
