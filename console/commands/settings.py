"""``console settings``: every setting with its value now, default, unit and environment name."""

from __future__ import annotations

import os

import click

from config import SETTINGS, Setting, declared


@click.command()
def settings() -> None:
    """列出所有设置：环境变量、当前值、默认值、单位和说明。"""
    values = declared(os.environ)
    for each in SETTINGS:
        value = _shown(each, values[each.name])
        default = _shown(each, each.default)
        unit = f" {each.unit}" if each.unit not in {"", "网址", "目录", "文件", "端口", "是/否"} else ""
        changed = "" if value == default else f"（默认 {default or '空'}{unit if default else ''}）"
        click.echo(f"{each.environment} = {value or '空'}{unit if value else ''}{changed}\n    {each.description}")


def _shown(setting: Setting, value: object) -> str:
    if setting.secret and value:
        return "已设置"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
