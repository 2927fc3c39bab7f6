"""``console seed``: the reference data of seeds/, and the demo world."""

from __future__ import annotations

import os
from pathlib import Path

import click

from config import ROOT, load
from console.commands.databases import use_application_role


@click.command()
@click.option("--demo", is_flag=True, help="同时生成演示数据和演示账号（不可用于生产环境）")
def seed(demo: bool) -> None:
    """写入行政区划、专业目录、参数等基础数据；可重复执行。"""
    # One long transaction that renders a thousand certificates: the limits of a page request would end it.
    os.environ.update(JUXIAN_IDLE_TRANSACTION_MS="0", JUXIAN_STATEMENT_MS="0")
    values = load()
    if demo and not values["DEMO"]:
        raise click.UsageError("演示数据须开启 JUXIAN_DEMO，且不能用于生产环境")
    use_application_role(values)
    from console import create_app
    from console.scope import acting_as, everything
    from console.services import seeding
    from console.services.demo import making
    from console.services.unit import unit

    with create_app().app_context(), acting_as(everything("写入基础数据")):
        with unit():
            seeding.load_all(ROOT / "seeds")
        if demo:
            logins = Path(str(values["INSTANCE"])) / "demo-logins.txt"
            making.load(ROOT / "seeds", logins, experts=int(str(values["DEMO_EXPERTS"])))
