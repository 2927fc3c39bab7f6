"""The command line: ``console <command>``. Each command is imported when it is called, so that all start fast."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from config import SettingError

COMMANDS = {
    "run": "console.commands.serving",
    "serve": "console.commands.serving",
    "worker": "console.commands.serving",
    "stop": "console.commands.one_server",
    "migrate": "console.commands.schema",
    "seed": "console.commands.seed",
    "settings": "console.commands.settings",
    "psql": "console.commands.psql",
    "docs": "console.commands.docs",
    "words": "console.commands.words",
}


class Console(click.Group):
    """A group that finds its commands in COMMANDS: each is a function of that name in its module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return found


@click.command(cls=Console, name="console", context_settings={"help_option_names": ["-h", "--help"]})
def console() -> None:
    """聚贤：专家库管理平台。"""


def main() -> None:
    """Entry of ``console`` and ``python -m console``."""
    try:
        console(prog_name="console")
    except SettingError as error:
        click.echo(f"设置有误：{error}", err=True)
        sys.exit(2)
