"""Loading the seeds: divisions, bodies, taxonomy, programme, figures, calendar and message texts.

Idempotent and careful: a row that exists is left as the bureau has made it; only what is missing is added. Rows go
in by plain multi-row INSERTs: four thousand audit rows saying "seed" would bury the first real one.
"""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session
from console.vocabulary import BodyKind, CaptchaKind, ParameterUnit, PasswordResetMode, RegionLevel

Row = dict[str, Any]
CHUNK = 1000


def load_all(folder: Path) -> dict[str, int]:
    """Load every seed file of ``folder`` and return the number of rows added per table; the caller commits."""
    return {
        "region": _add(m.Region, _regions(folder)),
        "organisation": _add(m.Organisation, _organisations(folder)),
        "department": _add(m.Department, _departments(folder)),
        "taxonomy": _taxonomy(folder),
        "programme": _add(m.Programme, _programmes(folder)),
        "parameter": _add(m.Parameter, _parameters(folder)),
        "calendar_day": _add(m.CalendarDay, _calendar(folder)),
        "message_template": _add(m.MessageTemplate, _messages(folder)),
    }


def _add(model: type[Any], rows: Iterable[Row]) -> int:
    table: Table = model.__table__
    found, added = list(rows), 0
    for start in range(0, len(found), CHUNK):
        statement = insert(table).values(found[start : start + CHUNK]).on_conflict_do_nothing()
        added += session().connection().execute(statement).rowcount
    return added


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 CSafeLoader is the safe loader in C


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _date(text: object) -> dt.date | None:
    return dt.date.fromisoformat(str(text)) if text else None


def _regions(folder: Path) -> Iterator[Row]:
    levels = list(RegionLevel)
    rows = sorted(_csv(folder / "regions.csv"), key=lambda row: levels.index(RegionLevel(row["level"])))
    for row in rows:
        yield {
            "code": row["code"],
            "name": row["name"],
            "level": RegionLevel(row["level"]),
            "kind": row["kind"],
            "parent_code": row["parent"] or None,
            "valid_from": _date(row["valid_from"]),
            "valid_to": _date(row["valid_to"]),
            "successor_code": row["successor"] or None,
            "sort_key": row["pinyin"][:120],
            "lock_version": 1,
        }


def _organisations(folder: Path) -> Iterator[Row]:
    for body in _yaml(folder / "organisations.yaml")["organisations"]:
        yield {
            "code": body["code"],
            "name": body["name"],
            "short_name": body.get("short_name", ""),
            "kind": BodyKind(body["kind"]),
            "region_code": str(body["region"]),
            "certificate_prefix": body.get("number_prefix", ""),
            "phone": body.get("phone", ""),
            "active": True,
            "lock_version": 1,
        }


def _departments(folder: Path) -> Iterator[Row]:
    bodies = _ids(m.Organisation)
    for body in _yaml(folder / "organisations.yaml")["organisations"]:
        for department in body.get("departments", ()):
            yield {
                "organisation_id": bodies[body["code"]],
                "code": department["code"],
                "name": department["name"],
                "short_name": department.get("short_name", ""),
                "industries": ",".join(department.get("industries", ())),
                "region_code": str(body["region"]),
                "accepts_applications": department.get("accepts_applications", False),
                "is_registrar": department.get("is_registrar", False),
                "phone": department.get("phone", ""),
                "active": True,
                "lock_version": 1,
            }


def _taxonomy(folder: Path) -> int:
    data = _yaml(folder / "taxonomy_yunnan.yaml")
    _add(m.Taxonomy, [{"code": data["code"], "name": data["title"], "lock_version": 1}])
    taxonomy_id = session().scalars(select(m.Taxonomy.id).where(m.Taxonomy.code == data["code"])).one()
    added, parents = 0, dict[str, int | None]({"": None})
    # Level by level, because a child names its parent's id.
    for level, rows in enumerate(_levels(data["nodes"]), start=1):
        added += _add(m.TaxonomyNode, [_node(row, level, taxonomy_id, parents) for row in rows])
        parents |= _ids(m.TaxonomyNode, m.TaxonomyNode.taxonomy_id == taxonomy_id)
    return added


def _ids(model: Any, *where: ColumnElement[bool]) -> dict[str, int]:
    return dict(iter(session().execute(select(model.code, model.id).where(*where))))


def _levels(industries: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    fields = [{**field, "parent": industry["code"]} for industry in industries for field in industry["fields"]]
    specialties = [{**leaf, "parent": field["code"]} for field in fields for leaf in field["specialties"]]
    return industries, fields, specialties


def _node(row: Row, level: int, taxonomy_id: int, parents: Mapping[str, int | None]) -> Row:
    return {
        "taxonomy_id": taxonomy_id,
        "parent_id": parents[row.get("parent", "")],
        "level": level,
        "code": row["code"],
        "name": row["name"],
        "short_name": row.get("short_name", ""),
        "source_text": row.get("source_text", ""),
        "selectable": row.get("selectable", True),
        "sort_order": int(row["code"]),
        "lock_version": 1,
    }


def _programmes(folder: Path) -> Iterator[Row]:
    taxonomies = _ids(m.Taxonomy)
    for path in sorted((folder / "programmes").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        yield {
            "code": data["code"],
            "name": data["system_name"],
            "pool_name": data["pool_name"],
            "organiser": data["organiser"],
            "region_code": data["region"],
            "taxonomy_id": taxonomies[data["taxonomy"]],
            "certificate_prefix": data["numbers"]["certificate_prefix"],
            "application_prefix": data["numbers"]["application_prefix"],
            "certificate_title": "专家聘书",
            "login_captcha": CaptchaKind(data["login"]["captcha"]),
            "staff_reset_mode": PasswordResetMode(data["password_reset"]["by_official"]),
            "support_reset_mode": PasswordResetMode(data["password_reset"]["by_support"]),
            "withdraw_allowed": data["application"]["withdraw_allowed"],
            "sms_sign": data["sms_signature"],
            "support_phone": data["support"]["hotline"],
            "support_qq": data["support"]["qq"],
            "active": True,
            "lock_version": 1,
        }


def _parameters(folder: Path) -> Iterator[Row]:
    for row in _yaml(folder / "parameters.yaml"):
        yield {
            "key": row["key"],
            "label": row["label"],
            "value": int(row["value"]),
            "unit": ParameterUnit(row["unit"]),
            "valid_from": row["valid_from"],
            "clause": row["clause"],
            "note": row["note"],
            "lock_version": 1,
        }


def _calendar(folder: Path) -> Iterator[Row]:
    for row in _csv(folder / "work_calendar.csv"):
        yield {
            "day": _date(row["day"]),
            "working": row["working"] == "1",
            "name": row["name"],
            "lock_version": 1,
        }


def _messages(folder: Path) -> Iterator[Row]:
    for row in _yaml(folder / "messages.yaml")["messages"]:
        yield {
            "code": row["code"],
            "title": row["title"],
            "body": row["text"],
            "placeholders": ",".join(row["placeholders"]),
            "active": True,
            "lock_version": 1,
        }
