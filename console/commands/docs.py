"""``console docs``: write the generated pages of docs/ from the declarations they describe (a test compares them)."""

from __future__ import annotations

from collections.abc import Sequence

import click

from config import ROOT, SETTINGS
from console import models  # noqa: F401 declares the tables
from console.columns import Base
from console.permissions import PERMISSIONS, Permission
from console.rules.clauses import load_all, render_clauses
from console.vocabulary import Role
from console.workflow import Workflow
from console.workflow.application import APPLICATION
from console.workflow.certificate import CERTIFICATE
from console.workflow.review import REVIEW

WORKFLOWS = (APPLICATION, REVIEW, CERTIFICATE)
NOTE = "<!-- 由 `console docs` 生成，请勿手工修改 -->\n"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    load_all()
    return {
        "clauses.md": f"{NOTE}{render_clauses()}",
        "workflows.md": _workflows(),
        "permissions.md": _permissions(),
        "schema.md": _schema(),
        "settings.md": _settings(),
    }


@click.command()
def docs() -> None:
    """重新生成 docs/ 下的条款、流程、权限、表结构和设置说明。"""
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
        click.echo(f"docs/{name}")


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def _workflows() -> str:
    return f"{NOTE}# 流程\n\n" + "\n".join(_workflow(workflow) for workflow in WORKFLOWS)


def _workflow(workflow: Workflow) -> str:
    edges = [
        f"    {source.name} --> {edge.target.name}: {edge.label}"
        for edge in workflow.transitions
        for source in edge.sources
    ]
    names = [f"    {state.name}: {state.label}" for state in workflow.states]
    chart = "\n".join(["```mermaid", "stateDiagram-v2", *names, *edges, "```"])
    rows = [
        (
            edge.label,
            "、".join(source.label for source in edge.sources),
            edge.target.label,
            "、".join(sorted(role.label for role in edge.roles)),
            "、".join(ask.label for ask in edge.asks if ask.required) or "—",
            "；".join((guard.__doc__ or "").split("\n")[0].strip() for guard in edge.guards) or "—",
            edge.clause or "—",
        )
        for edge in workflow.transitions
    ]
    heads = ("操作", "从", "到", "角色", "必填", "条件", "依据")
    return f"## {workflow.title}（{workflow.code}）\n\n{chart}\n\n{_table(heads, rows)}"


def _permissions() -> str:
    roles = [role for role in Role if role is not Role.SYSTEM]
    rows = [
        (f"`{permission.value}`", *("✓" if permission in PERMISSIONS[role] else "" for role in roles))
        for permission in Permission
    ]
    return f"{NOTE}# 权限\n\n" + _table(("权限", *(role.label for role in roles)), rows)


def _schema() -> str:
    parts = [f"{NOTE}# 表结构\n"]
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: str(mapper.class_.__tablename__)):
        table = mapper.local_table
        rows = [
            (
                f"`{column.name}`",
                str(column.info.get("label", "—")),
                str(column.type.compile()) if column.type.__class__.__module__.startswith("sqlalchemy") else "文本",
                "" if column.nullable else "必填",
            )
            for column in table.columns
        ]
        what = (mapper.class_.__doc__ or "").strip().split("\n")[0]
        parts.append(f"## {mapper.class_.__tablename__}\n\n{what}\n\n{_table(('列', '名称', '类型', ''), rows)}")
    return "\n".join(parts)


def _settings() -> str:
    root = f"{ROOT}/"
    rows = [
        (
            f"`{each.environment}`",
            str(each.default).replace(root, "") if each.default not in ("", None) else "—",
            each.unit or "—",
            each.description,
        )
        for each in SETTINGS
    ]
    return f"{NOTE}# 设置\n\n" + _table(("环境变量", "默认值", "单位", "说明"), rows)
