"""House rules that ruff and import-linter cannot see."""

import ast
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "console"


def modules(*folders):
    return [path for folder in folders for path in sorted((CONSOLE / folder).rglob("*.py"))]


def calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func)


@pytest.mark.parametrize("path", modules("views", "forms"), ids=lambda path: path.name)
def test_faces_write_only_through_services(path):
    forbidden = (".add", ".delete", ".commit", ".flush", ".merge")
    found = [
        (line, call)
        for line, call in calls(path)
        if call.endswith(forbidden) and ("session" in call or call.startswith("db."))
    ]
    assert found == []


@pytest.mark.parametrize("path", modules("views", "forms", "services"), ids=lambda path: path.name)
def test_only_fire_assigns_the_state_of_a_case(path):
    if path.name == "transitions.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
        and target.attr == "state"
        and isinstance(target.value, ast.Name)
        and target.value.id in {"application", "review", "certificate", "record", "case"}
    ]
    assert found == []


@pytest.mark.parametrize("path", modules("views", "forms", "services"), ids=lambda path: path.name)
def test_no_bulk_mapping_and_no_raw_sql(path):
    names = {"bulk_update_mappings", "bulk_insert_mappings", "bulk_save_objects", "from_statement"}
    assert [line for line, call in calls(path) if call.rsplit(".", 1)[-1] in names] == []


@pytest.mark.parametrize("path", modules("rules", "services", "workflow"), ids=lambda path: path.name)
def test_public_functions_say_what_they_do(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


@pytest.mark.parametrize("path", modules("rules", "workflow"), ids=lambda path: path.name)
def test_rules_know_neither_the_time_nor_chance(path):
    names = ("date.today", "datetime.now", "datetime.utcnow", "random.random", "random.choice", "time.time")
    assert [line for line, call in calls(path) if call.endswith(names)] == []
