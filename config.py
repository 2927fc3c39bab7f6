"""Every setting of the product, declared once: default, unit, environment name and what it does (Chinese).

``load()`` reads the environment and returns the mapping Flask takes; ``console settings`` prints ``SETTINGS``.
A value comes from the environment, else from the class of the environment (``Development``, ``Testing``,
``Production``), else from the default. Nothing is read from a file but the two secrets kept in ``instance/``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _flag(text: str) -> bool:
    """Read a yes/no setting; anything unclear is an error, because a typing slip must not switch a guard off."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    return words[text.strip().lower()]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in ``app.config``, default, unit, environment name and Chinese description."""

    name: str
    default: object
    unit: str
    environment: str
    description: str
    read: Callable[[str], object] = str
    secret: bool = False


SETTINGS = (
    Setting("ENVIRONMENT", "production", "", "JUXIAN_ENV", "运行环境：development、testing 或 production"),
    Setting("INSTANCE", ROOT / "instance", "目录", "JUXIAN_INSTANCE", "密钥、附件与内置数据库的目录，须备份", Path),
    Setting("HOST", "127.0.0.1", "", "JUXIAN_HOST", "监听地址；对外服务请置于 nginx 之后"),
    Setting("PORT", 8000, "端口", "PORT", "监听端口", int),
    Setting("BASE_URL", "", "网址", "JUXIAN_BASE_URL", "对外网址，用于二维码与短信；空则为监听地址"),
    Setting("WEB_WORKERS", 2, "个进程", "JUXIAN_WEB_WORKERS", "网页服务的进程数", int),
    Setting("THREADS", 8, "个线程", "JUXIAN_THREADS", "每个进程的线程数", int),
    Setting("REQUEST_SECONDS", 60, "秒", "JUXIAN_REQUEST_SECONDS", "进程无响应多久后被重启", int),
    Setting("GRACE_SECONDS", 20, "秒", "JUXIAN_GRACE_SECONDS", "停止时等待正在处理的请求的时间", int),
    Setting("DATABASE_URL", "", "网址", "DATABASE_URL", "PostgreSQL（14 以上）所有者连接；空则用内置数据库", str, True),
    Setting("DATABASE_APP_URL", "", "网址", "DATABASE_APP_URL", "应用角色连接；空则由 console migrate 建立", str, True),
    Setting("POOL_SIZE", 8, "个连接", "JUXIAN_POOL_SIZE", "每个进程常备的数据库连接", int),
    Setting("POOL_OVERFLOW", 4, "个连接", "JUXIAN_POOL_OVERFLOW", "每个进程临时增加的数据库连接", int),
    Setting("CONNECT_SECONDS", 2, "秒", "JUXIAN_CONNECT_SECONDS", "连接数据库及等待空闲连接的上限", int),
    Setting("STATEMENT_MS", 5000, "毫秒", "JUXIAN_STATEMENT_MS", "一条 SQL 的时间上限", int),
    Setting("LOCK_MS", 3000, "毫秒", "JUXIAN_LOCK_MS", "等待行锁的上限", int),
    Setting("IDLE_TRANSACTION_MS", 10000, "毫秒", "JUXIAN_IDLE_TRANSACTION_MS", "空闲事务的时间上限", int),
    Setting("SECRET_KEY", "", "", "JUXIAN_SECRET_KEY", "会话签名密钥；空则取 instance/secret_key", str, True),
    Setting("KEYFILE", None, "文件", "JUXIAN_KEYFILE", "个人信息加密密钥文件；空则为 instance/keys.json", Path),
    Setting("STORAGE_DIR", None, "目录", "JUXIAN_STORAGE_DIR", "附件与证书的目录；空则为 instance/storage", Path),
    Setting("SESSION_IDLE_MINUTES", 30, "分钟", "JUXIAN_SESSION_IDLE_MINUTES", "无操作多久后须重新登录", int),
    Setting("SESSION_HOURS", 8, "小时", "JUXIAN_SESSION_HOURS", "登录后最长有效时间", int),
    Setting("MAX_CONTENT_MB", 20, "MB", "JUXIAN_MAX_CONTENT_MB", "一次上传的大小上限", int),
    Setting("DEMO", False, "是/否", "JUXIAN_DEMO", "演示环境：生成演示数据，短信验证码显示在消息记录中", _flag),
    Setting("DEMO_EXPERTS", 2000, "人", "JUXIAN_DEMO_EXPERTS", "演示数据中的专家人数", int),
    Setting("SMS", "log", "", "JUXIAN_SMS", "短信适配器名称；log 只写入日志"),
    Setting("LANGUAGE", "zh_Hans_CN", "", "JUXIAN_LANGUAGE", "默认语言"),
    Setting("TIMEZONE", "Asia/Shanghai", "", "JUXIAN_TIMEZONE", "页面与期限所用的时区；数据库内一律为 UTC"),
    Setting("LOG_LEVEL", "INFO", "", "JUXIAN_LOG_LEVEL", "日志级别：DEBUG、INFO、WARNING、ERROR"),
)


class SettingError(ValueError):
    """A setting that cannot be read or is too weak to serve with; the sentence is Chinese."""


class Config:
    """What an environment changes, and what it refuses to start with."""

    changes: ClassVar[dict[str, object]] = {}

    @classmethod
    def check(cls, values: Mapping[str, object]) -> list[str]:
        """Return the reasons not to start with these values (none here)."""
        return []


class Development(Config):
    """One machine, demo world, plain http on loopback."""

    changes: ClassVar[dict[str, object]] = {"DEMO": True}


class Testing(Config):
    """The test suite: Flask's TESTING flag, everything else as in production so that the guards are on."""

    changes: ClassVar[dict[str, object]] = {"TESTING": True}


class Production(Config):
    """A bureau's server: no demo data, and nothing that leaves a session cookie on a plain connection."""

    @classmethod
    def check(cls, values: Mapping[str, object]) -> list[str]:
        """Return the reasons not to serve a bureau with these values, as Chinese sentences."""
        faults = []
        if values["DEMO"]:
            faults.append("生产环境不能开启演示数据（JUXIAN_DEMO）")
        if len(str(values["SECRET_KEY"])) < 32:
            faults.append("会话签名密钥少于 32 个字符（JUXIAN_SECRET_KEY）")
        address = urlsplit(str(values["BASE_URL"]))
        if address.scheme != "https" and not _on_loopback(values):
            faults.append("对外网址必须使用 https（JUXIAN_BASE_URL）")
        return faults


ENVIRONMENTS: dict[str, type[Config]] = {"development": Development, "testing": Testing, "production": Production}


def load(environment: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return the mapping for ``app.config`` made from an environment (``os.environ`` when None).

    Creates ``instance/`` (0700) and, when not given, its secret key. Raises SettingError naming the variable.
    """
    given = os.environ if environment is None else environment
    values = declared(given)
    instance = Path(str(values["INSTANCE"]))
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    values["SECRET_KEY"] = values["SECRET_KEY"] or secret(instance / "secret_key")
    values.update(_for_flask(values))
    faults = ENVIRONMENTS[str(values["ENVIRONMENT"])].check(values)
    if faults:
        raise SettingError("；".join(faults))
    return values


def declared(environment: Mapping[str, str]) -> dict[str, object]:
    """Return every setting of SETTINGS with its value, writing nothing."""
    name = environment.get("JUXIAN_ENV") or "production"
    if name not in ENVIRONMENTS:
        raise SettingError(f"JUXIAN_ENV 只能是 {'、'.join(ENVIRONMENTS)}，不能是“{name}”")
    changes = ENVIRONMENTS[name].changes
    values: dict[str, object] = {**{each.name: _value(each, environment, changes) for each in SETTINGS}}
    instance = Path(str(values["INSTANCE"])).absolute()
    values["INSTANCE"] = instance
    values["KEYFILE"] = values["KEYFILE"] or instance / "keys.json"
    values["STORAGE_DIR"] = values["STORAGE_DIR"] or instance / "storage"
    values["BASE_URL"] = str(values["BASE_URL"]).rstrip("/") or _own_address(values)
    values["TESTING"] = changes.get("TESTING", False)
    return values


def _value(setting: Setting, environment: Mapping[str, str], changes: Mapping[str, object]) -> object:
    text = environment.get(setting.environment, "")
    if not text:
        return changes.get(setting.name, setting.default)
    try:
        return setting.read(text)
    except (ValueError, KeyError) as error:
        raise SettingError(f"{setting.environment} 的值“{text}”无法识别：{setting.description}") from error


def _own_address(values: Mapping[str, object]) -> str:
    host = str(values["HOST"])
    shown = host if host not in {"0.0.0.0", "::", "127.0.0.1"} else "localhost"  # noqa: S104 compared, not bound
    return f"http://{shown}:{values['PORT']}"


def _on_loopback(values: Mapping[str, object]) -> bool:
    """Whether only this machine can reach the server: listening on loopback, and known to nobody by another name."""
    return str(values["HOST"]) in LOOPBACK and urlsplit(str(values["BASE_URL"])).hostname in LOOPBACK


def _for_flask(values: Mapping[str, object]) -> dict[str, object]:
    """Names and shapes that Flask, Flask-SQLAlchemy and Flask-Babel expect."""
    address = urlsplit(str(values["BASE_URL"]))
    secure = address.scheme == "https" or not _on_loopback(values)
    return {
        "ROOT": ROOT,
        "SQLALCHEMY_DATABASE_URI": sqlalchemy_url(str(values["DATABASE_APP_URL"])),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(values),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=_int(values["SESSION_HOURS"])),
        "SESSION_COOKIE_NAME": "__Host-juxian" if secure else "juxian",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",  # Strict would drop the session on arrival from a link in a message
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": _int(values["MAX_CONTENT_MB"]) * 1024 * 1024,
        "PREFERRED_URL_SCHEME": address.scheme,
        "BABEL_DEFAULT_LOCALE": values["LANGUAGE"],
        "BABEL_DEFAULT_TIMEZONE": values["TIMEZONE"],
    }


def engine_options(values: Mapping[str, object]) -> dict[str, object]:
    """SQLAlchemy engine options: pool sizes and the time limits every connection of the application has."""
    limits = {
        "statement_timeout": values["STATEMENT_MS"],
        "lock_timeout": values["LOCK_MS"],
        "idle_in_transaction_session_timeout": values["IDLE_TRANSACTION_MS"],
        "timezone": "UTC",
    }
    return {
        "pool_size": values["POOL_SIZE"],
        "max_overflow": values["POOL_OVERFLOW"],
        "pool_timeout": values["CONNECT_SECONDS"],
        "hide_parameters": True,  # an error message must not carry the personal data of the statement
        "pool_pre_ping": True,  # a restarted database costs nobody an error page
        "connect_args": {
            "connect_timeout": values["CONNECT_SECONDS"],
            "options": " ".join(f"-c {name}={limit}" for name, limit in limits.items()),
        },
    }


def sqlalchemy_url(url: str) -> str:
    """Name the driver in a ``postgres://`` or ``postgresql://`` address; other addresses are returned as they are."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg2://{rest}" if separator and scheme in {"postgres", "postgresql"} else url


def secret(path: Path) -> str:
    """Return the secret kept in ``path``, made on first use (0600); of two processes at once one wins, both read it."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _int(value: object) -> int:
    return int(str(value))
