"""Templates keep the strict content policy, compile, carry no unused import, and notice an upgrade of Flask-Admin."""

import hashlib
import re
from pathlib import Path

import flask_admin
import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from console.views.shell import FAMILY_ICONS, Face, MenuEntry, Shell
from console.vocabulary import Family

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "console" / "static"
STOCK = Path(flask_admin.__file__).parent / "templates" / "bootstrap4" / "admin"
FILES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
# Printed by the renderer in its own process, not by a browser: no content policy applies to paper.
PAGES = [name for name in FILES if not name.startswith("documents/")]

# The originals behind our overrides (Flask-Admin 2.2.1). When one changes, compare it with ours before editing here.
ORIGINALS = {
    "actions.html": "685288ebd9108462",
    "base.html": "a6add6a45c2ac3c5",
    "layout.html": "5e62de8b5e527fc7",
    "lib.html": "21a2c36fee3e1984",
    "model/create.html": "8930a13e4d81cd59",
    "model/details.html": "c4aa5d6ca9b9b82d",
    "model/edit.html": "b606efe0a695ead2",
    "model/inline_list_base.html": "9385d36000f838cd",
    "model/layout.html": "9801f7f6e21b6dfe",
    "model/list.html": "21003d92feb9a75c",
    "model/row_actions.html": "4dc1ade152ecd029",
}


def source(name):
    return re.sub(r"{#.*?#}", "", (TEMPLATES / name).read_text("utf-8"), flags=re.S)


def environment():
    loader = FileSystemLoader([TEMPLATES, STOCK.parent])
    found = Environment(loader=loader, extensions=["jinja2.ext.i18n"], autoescape=True)
    found.install_null_translations(newstyle=True)
    found.globals.update(asset=lambda name: f"/static/{name}", csp_nonce=lambda: "n", url_for=lambda *_, **__: "/x")
    return found


def imported_names(tree):
    for node in tree.find_all((nodes.Import, nodes.FromImport)):
        if isinstance(node, nodes.Import):
            yield node.target
        else:
            yield from (item[1] if isinstance(item, tuple) else item for item in node.names)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_template_has_no_inline_style_handler_or_script_address(name):
    text = source(name)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text
    assert "<style" not in text


@pytest.mark.parametrize("name", PAGES)
def test_every_script_tag_carries_the_nonce_and_a_file(name):
    for tag in re.findall(r"<script\b.*?</script>", source(name), flags=re.S):
        assert "csp_nonce()" in tag or "admin_csp_nonce_attribute" in tag, tag
        assert " src=" in tag, tag


@pytest.mark.parametrize("name", FILES)
def test_every_template_compiles(name):
    text = (TEMPLATES / name).read_text("utf-8")
    assert environment().compile(text, name=name, filename=name)


@pytest.mark.parametrize("name", FILES)
def test_every_imported_macro_is_used(name):
    tree = environment().parse((TEMPLATES / name).read_text("utf-8"))
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    unused = set(imported_names(tree)) - used
    assert not unused


@pytest.mark.parametrize("name", FILES)
def test_every_named_template_that_is_extended_imported_or_included_exists(name):
    tree = environment().parse((TEMPLATES / name).read_text("utf-8"))
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if isinstance(node.template, nodes.Const):
            wanted = node.template.value
            assert (TEMPLATES / wanted).exists() or (STOCK.parent / wanted).exists(), wanted


@pytest.mark.parametrize(("name", "digest"), ORIGINALS.items())
def test_the_flask_admin_original_behind_an_override_has_not_changed(name, digest):
    assert hashlib.sha256((STOCK / name).read_bytes()).hexdigest()[:16] == digest


def test_every_override_of_flask_admin_is_watched():
    ours = {name.removeprefix("admin/") for name in FILES if name.startswith("admin/")}
    stock = {path.relative_to(STOCK).as_posix() for path in STOCK.rglob("*.html")}
    assert ours & stock <= set(ORIGINALS)


def test_overrides_of_macro_files_offer_every_macro_of_the_original():
    for name in ("lib.html", "layout.html", "actions.html", "model/layout.html", "model/row_actions.html"):
        stock = set(re.findall(r"{%-? *macro (\w+)", (STOCK / name).read_text("utf-8")))
        ours = set(re.findall(r"{%-? *macro (\w+)", (TEMPLATES / "admin" / name).read_text("utf-8")))
        assert not stock - ours, name


def test_the_base_of_flask_admin_keeps_every_block():
    stock = set(re.findall(r"{% *block (\w+)", (STOCK / "base.html").read_text("utf-8")))
    ours = set(re.findall(r"{% *block (\w+)", (TEMPLATES / "admin/console_base.html").read_text("utf-8")))
    assert not stock - ours


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = set(re.findall(r"<symbol id=\"([a-z]+)\"", (STATIC / "icons.svg").read_text("utf-8")))
    named = set(FAMILY_ICONS.values())
    for name in PAGES:
        named |= set(re.findall(r"(?:_svg|icon)\(\"([a-z]+)\"", source(name)))
        named |= set(re.findall(r"icon=\"([a-z]+)\"", source(name)))
    assert not named - sprite


@pytest.mark.parametrize("status", [500, 503])
def test_the_page_for_a_broken_installation_needs_no_shell_session_or_database(status):
    page = environment().get_template(f"errors/{status}.html").render(request_id="R-1", retry_after=120)
    assert '<html lang="zh-CN">' in page
    assert "<h1>" in page
    assert "R-1" in page if status == 500 else "2 分钟" in page


def test_a_conflict_page_shows_what_somebody_else_changed():
    template = environment().get_template("errors/409.html")
    page = template.render(changes=[("职称", "工程师", "高级工程师")], back_url="/case/1")
    assert "<del>工程师</del>" in page
    assert 'href="/case/1"' in page


def test_every_badge_family_has_an_icon_and_a_style():
    css = (STATIC / "css" / "parts.css").read_text("utf-8")
    module = environment().from_string('{% import "macros/ui.html" as ui %}{{ ui.family_icons }}')
    for family in Family:
        assert f".state-{family.value} " in css
        assert f"'{family.value}': '{FAMILY_ICONS[family]}'" in module.render().replace("&#39;", "'")


def test_the_pool_name_beside_the_mark_is_cut_at_twelve_characters():
    shell = Shell(Face.BUREAU, pool_name="云南省应急管理与防灾减灾救灾专家库")
    assert shell.short_pool_name == "云南省应急管理与防灾减灾"


def test_person_and_department_are_joined_and_either_may_be_missing():
    assert Shell(Face.BUREAU, person="李慧", department="危化监管处").whose == "李慧 · 危化监管处"
    assert Shell(Face.EXPERT, person="李慧").whose == "李慧"


def test_a_phone_bar_of_six_entries_is_refused():
    entries = tuple(MenuEntry(str(number), "/", "inbox") for number in range(6))
    with pytest.raises(ValueError, match="holds 5 entries"):
        Shell(Face.BUREAU, phone_menu=entries)


def test_text_colours_reach_the_contrast_wcag_asks_for():
    css = (STATIC / "css" / "base.css").read_text("utf-8")
    token = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", css))
    pairs = [("ink", "bg"), ("ink-2", "sunk"), ("ink-3", "bg"), ("ink-3", "picked"), ("brand", "bg"), ("ok", "ok-50")]
    pairs += [("warn", "warn-50"), ("bad", "bad-50"), ("mute", "mute-50"), ("run", "brand-50"), ("surface", "dark")]
    pairs += [("ink-3", "mute-50"), ("brand-d", "brand-50"), ("bad", "bad-25"), ("pale", "brand-d"), ("surface", "bad")]
    for words, ground in pairs:
        assert contrast(token[words], token[ground]) >= 4.5, (words, ground)
    for edge, ground in [("ctl", "bg"), ("ctl", "surface"), ("ring", "bg"), ("chart-2", "surface")]:
        assert contrast(token[edge], token[ground]) >= 3.0, (edge, ground)


def contrast(one, other):
    first, second = sorted((luminance(one), luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
