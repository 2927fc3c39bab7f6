import importlib

from console.rules import clauses


def test_every_registered_clause_names_a_function_that_exists():
    clauses.load_all()
    for entry in clauses.registered():
        module, _, name = entry.function.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_the_page_of_clauses_lists_every_clause_once():
    page = clauses.render_clauses()
    assert page.startswith("# 条款与规则\n")
    for entry in clauses.registered():
        assert page.count(f"`{entry.function}`") == sum(e.function == entry.function for e in clauses.registered())
        assert f"\n## {entry.document}\n" in page
    assert page == clauses.render_clauses()


def test_a_clause_keeps_the_function_as_it_is_and_escapes_the_table():
    def rule(number: int) -> int:
        return number + 1

    before = len(clauses.registered())
    try:
        assert clauses.clause("测试办法", "1|2", "条文")(rule) is rule
        assert "| 1\\|2 | 条文 |" in clauses.render_clauses()
        assert len(clauses.registered()) == before + 1
    finally:
        clauses._REGISTER.pop()


def test_a_citation_joins_document_and_article():
    assert clauses.Clause("云南手册", "3.7", "", "f").citation == "云南手册 3.7"
    assert clauses.Clause("云南手册", "", "", "f").citation == "云南手册"


def test_figures_not_read_in_a_law_are_marked():
    clauses.load_all()
    own = [entry for entry in clauses.registered() if entry.document.startswith("云南流程")]
    assert own
    assert all("可配置" in entry.article for entry in own)
