"""The demo world's logins: a head for every department that takes applications, and one account per role to try."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update

from console import models as m
from console.database import session
from console.rules.masking import mask_phone
from console.rules.passwords import generate_password
from console.services.demo.people import Person
from console.services.demo.world import Row, World, add
from console.services.outside import outside
from console.services.passwords import hash_password
from console.services.personal import phone_index
from console.vocabulary import AccountKind, AccountState, Role


@dataclass(frozen=True, slots=True)
class Post:
    """One demo login: its name, whose place it is, and what it is for."""

    login: str
    name: str
    kind: AccountKind
    roles: tuple[Role, ...]
    words: str
    department: str = ""
    region: str = "530000"


OFFICIAL, ADMIN = AccountKind.OFFICIAL, AccountKind.ADMINISTRATOR
HEAD = (Role.GOVERNMENT, Role.REVIEWER)
FILER = (Role.GOVERNMENT, Role.REGISTRAR)

POSTS = (
    Post("lihui", "李慧", OFFICIAL, HEAD, "省应急厅危化处处长（审核）", "yn-yj-hazchem"),
    Post("zhangjg", "张建国", OFFICIAL, HEAD, "省应急厅矿山处处长（审核）", "yn-yj-mines"),
    Post("wangmin", "王敏", OFFICIAL, FILER, "省应急厅科信处（备案）", "yn-yj-registrar"),
    Post("zhaoyn", "赵以宁", OFFICIAL, (Role.GOVERNMENT,), "省应急厅（查看）", "yn-yj-hazchem"),
    Post("kunming", "段志远", OFFICIAL, HEAD, "昆明市应急局危化科科长（审核）", "km-yj-hazchem"),
    Post("kunming.kx", "木春晓", OFFICIAL, FILER, "昆明市应急局科信科（备案）", "km-yj-registrar"),
    Post("qujing", "陆远航", OFFICIAL, HEAD, "曲靖市应急局危化科科长（审核）", "qj-yj-hazchem"),
    Post("wuhua", "和春林", OFFICIAL, HEAD, "五华区应急局安监股股长（审核）", "wh-yj-safety"),
    Post("admin.yn", "杨立新", OFFICIAL, (Role.BUREAU_ADMIN,), "省厅单位管理员", "yn-yj-registrar"),
    Post("admin.km", "和秀兰", OFFICIAL, (Role.BUREAU_ADMIN,), "昆明市单位管理员", "km-yj-registrar"),
    Post("admin.wh", "普文华", OFFICIAL, (Role.BUREAU_ADMIN,), "五华区单位管理员", "wh-yj-registrar"),
    Post("support", "技术支持小陈", AccountKind.SUPPORT, (Role.SUPPORT,), "技术支持"),
    Post("sysadmin", "系统管理员", ADMIN, (Role.SYSTEM_ADMIN,), "系统管理员"),
    Post("secadmin", "安全管理员", ADMIN, (Role.SECURITY_ADMIN,), "安全管理员"),
    Post("auditor", "审计管理员", ADMIN, (Role.AUDIT_ADMIN,), "审计管理员"),
)
EXPERT_STAGES = (
    ("filled", "专家：已填资料，尚未申报"),
    ("pending", "专家：已申报，待审核"),
    ("rejected", "专家：被驳回，可修改后重新申报"),
    ("in_pool", "专家：已在库，有聘书"),
)


def officials(world: World) -> list[tuple[Post, str]]:
    """Insert the demo posts and a head for every other department; returns posts with their passwords."""
    rows, grants, made = [], [], []
    departments = {department.code: department for department in world.departments}
    posts = [_placed(post, departments) for post in POSTS]
    taken = {post.department for post in posts if Role.REVIEWER in post.roles or Role.REGISTRAR in post.roles}
    extra = [
        Post(f"d.{code}", _clerk_name(world), OFFICIAL, FILER if each.is_registrar else HEAD, "", code or "")
        for code, each in departments.items()
        if code not in taken and (each.accepts_applications or each.is_registrar)
    ]
    unusable = hash_password(_fresh_password())
    for order, post in enumerate((*posts, *extra)):
        password = _fresh_password() if post.words else ""
        rows.append(_row(post, departments, hash_password(password) if password else unusable, order))
        made.append((post, password))
    for (post, _password), row, key in zip(made, rows, add(m.Account, rows), strict=True):
        base: Row = {"account_id": key, "account_kind": post.kind, "region_code": row["region_code"]}
        grants += [{**base, "role": role} for role in post.roles]
        if post.department and Role.BUREAU_ADMIN not in post.roles and post.roles != (Role.GOVERNMENT,):
            place = departments[post.department]
            world.clerks[place.id] = key
            world.places[place.id] = (place.name, post.name)
            world.clerks.setdefault(0, key)
    add(m.RoleGrant, grants)
    return [(post, password) for post, password in made if post.words]


def _placed(post: Post, departments: dict[str | None, m.Department]) -> Post:
    if post.department and post.department not in departments:
        raise LookupError(f"demo: no department {post.department}")
    return post


def _clerk_name(world: World) -> str:
    given = world.words["given_characters"]
    name: str = world.weighted(world.words["surnames"])["name"]
    return name + "".join(world.chance.sample(given["male"], 2))


def _row(post: Post, departments: dict[str | None, m.Department], password_hash: str, order: int) -> Row:
    place = departments.get(post.department) if post.department else None
    phone = f"1990000{order + 100:04d}"
    return {
        "kind": post.kind,
        "login": post.login,
        "name": post.name,
        "phone_cc": "86",
        "phone": phone,
        "phone_index": phone_index("86", phone),
        "phone_mask": mask_phone(phone),
        "password_hash": password_hash,
        "state": AccountState.ACTIVE,
        "region_code": place.region_code if place else post.region,
        "organisation_id": place.organisation_id if place else None,
        "department_id": place.id if place else None,
        "locale": "zh_Hans_CN",
    }


def experts(world: World, people: list[Person]) -> None:
    """Give every expert an account; nobody knows its password but for the few that are printed."""
    unusable = hash_password(_fresh_password())
    rows = [
        {
            "kind": AccountKind.EXPERT,
            "login": None,
            "name": person.row["name"],
            "phone_cc": "86",
            "phone": person.phone,
            "phone_index": person.row["phone_index"],
            "phone_mask": person.row["phone_mask"],
            "id_number": person.row["id_number"],
            "id_index": person.row["id_index"],
            "id_mask": person.row["id_mask"],
            "password_hash": unusable,
            **_state(world),
            "region_code": person.region_code,
            "locale": "zh_Hans_CN",
            "created_at": person.row["created_at"],
        }
        for person in people
    ]
    ids = add(m.Account, rows)
    grants = []
    for person, key in zip(people, ids, strict=True):
        person.account_id = key
        base: Row = {"account_id": key, "account_kind": AccountKind.EXPERT, "region_code": person.region_code}
        grants.append({**base, "role": Role.EXPERT})
        session().connection().execute(update(m.Expert).where(m.Expert.id == person.id).values(account_id=key))
    add(m.RoleGrant, grants)


def _state(world: World) -> Row:
    """Nearly all are well; a few are locked, disabled or waiting for a password of their own."""
    states = (AccountState.LOCKED, AccountState.MUST_CHANGE, AccountState.DISABLED)
    state = world.chance.choices((AccountState.ACTIVE, *states), (960, 8, 25, 7))[0]
    until = world.now + dt.timedelta(minutes=15) if state is AccountState.LOCKED else None
    return {"state": state, "locked_until": until}


def write_logins(world: World, path: Path, posts: list[tuple[Post, str]], people: list[Person]) -> None:
    """Set the printed experts' passwords and write all demo logins to ``path`` (0600); commits."""
    lines = ["演示账号（仅供试用，口令每次新建演示数据时随机生成）", ""]
    lines += [f"{post.login:<12} {password:<14} {post.words}　{post.name}" for post, password in posts]
    lines.append("")
    for stage, words in EXPERT_STAGES:
        person = next(each for each in people if each.stage == stage and "530100" <= each.region_code < "530200")
        password = _fresh_password()
        session().connection().execute(
            update(m.Account)
            .where(m.Account.id == person.account_id)
            .values(password_hash=hash_password(password), state=AccountState.ACTIVE, locked_until=None)
        )
        lines.append(f"{person.phone:<12} {password:<14} {words}　{person.row['name']}")
    session().commit()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _fresh_password() -> str:
    return generate_password(outside().entropy.token(32))
