"""Settings: each declared once, all listed, none silently misread; the Makefile explains itself."""

import re
import subprocess

import pytest
from click.testing import CliRunner

from config import ROOT, SETTINGS, SettingError, declared, load, sqlalchemy_url
from console.cli import COMMANDS, console

EVERYWHERE = "0.0.0.0"  # noqa: S104 a value to be refused


@pytest.fixture
def environment(tmp_path):
    return {"JUXIAN_ENV": "production", "JUXIAN_INSTANCE": str(tmp_path / "instance")}


def test_every_setting_has_a_name_an_environment_name_and_a_chinese_description():
    assert len({each.name for each in SETTINGS}) == len({each.environment for each in SETTINGS}) == len(SETTINGS)
    for each in SETTINGS:
        assert re.search(r"[\u4e00-\u9fff]", each.description), each.name
        assert re.fullmatch(r"JUXIAN_[A-Z_]+|PORT|DATABASE_(APP_)?URL", each.environment), each.name
        if isinstance(each.default, int) and not isinstance(each.default, bool):
            assert each.unit, each.name


def test_console_settings_lists_every_setting_and_shows_no_secret(environment):
    password = "a" * 40
    shown = CliRunner().invoke(console, ["settings"], env={**environment, "JUXIAN_SECRET_KEY": password}).output
    for each in SETTINGS:
        assert f"{each.environment} = " in shown
        assert each.description in shown
    assert password not in shown


def test_a_setting_comes_from_the_environment_before_the_class_before_the_default(environment):
    assert declared(environment)["DEMO"] is False
    development = {**environment, "JUXIAN_ENV": "development"}
    assert declared(development)["DEMO"] is True
    assert declared({**development, "JUXIAN_DEMO": "no"})["DEMO"] is False


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("JUXIAN_DEMO", "maybe"), ("JUXIAN_ENV", "prod")])
def test_an_unreadable_setting_is_refused_by_name(environment, name, value):
    with pytest.raises(SettingError, match=name):
        declared({**environment, name: value})


@pytest.mark.parametrize(
    ("given", "secure"),
    [
        ({}, False),
        ({"JUXIAN_BASE_URL": "https://zj.example.gov.cn"}, True),
        ({"JUXIAN_ENV": "development", "JUXIAN_BASE_URL": "http://zj.example.gov.cn"}, True),
        ({"JUXIAN_ENV": "development", "JUXIAN_HOST": EVERYWHERE}, True),
    ],
)
def test_the_session_cookie_is_unprotected_on_plain_loopback_only(environment, given, secure):
    values = load({**environment, **given})
    assert values["SESSION_COOKIE_SECURE"] is secure
    assert values["SESSION_COOKIE_NAME"].startswith("__Host-") is secure
    assert values["SESSION_COOKIE_HTTPONLY"] is True


@pytest.mark.parametrize(
    "weak",
    [
        {"JUXIAN_DEMO": "1"},
        {"JUXIAN_SECRET_KEY": "short"},
        {"JUXIAN_HOST": EVERYWHERE},
        {"JUXIAN_BASE_URL": "http://zj.example.gov.cn"},
    ],
)
def test_production_refuses_a_weak_set_up(environment, weak):
    with pytest.raises(SettingError):
        load({**environment, **weak})


def test_the_secret_key_is_made_once_and_closed_to_others(environment):
    first, second = load(environment), load(environment)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) == 64
    assert (first["INSTANCE"] / "secret_key").stat().st_mode & 0o777 == 0o600
    assert first["INSTANCE"].stat().st_mode & 0o777 == 0o700
    assert [path.name for path in first["INSTANCE"].iterdir()] == ["secret_key"]


def test_every_connection_has_its_time_limits(environment):
    options = load(environment)["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]["options"]
    assert "statement_timeout=5000" in options
    assert "lock_timeout=3000" in options
    assert "idle_in_transaction_session_timeout=10000" in options


def test_every_spelling_of_a_database_address_names_the_driver():
    for scheme in ("postgres", "postgresql", "postgresql+psycopg2"):
        assert sqlalchemy_url(f"{scheme}://a:b@h/d") == "postgresql+psycopg2://a:b@h/d"
    assert sqlalchemy_url("") == ""


def test_every_command_explains_itself():
    shown = CliRunner().invoke(console, ["--help"]).output
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", shown, re.MULTILINE), name


def test_make_help_lists_every_target():
    rules = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", rules, re.MULTILINE).group(1).split())
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines()} == targets
    assert {"run", "test"} <= targets
