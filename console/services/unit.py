"""One transaction per user action: everything an action writes is committed together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from console.database import session
from console.errors import Conflict, DomainError, Invalid, Stale

CONSTRAINT_MESSAGES: dict[str, DomainError] = {
    "uq_account_phone_index": Invalid("phone_taken", "该手机号已注册", "phone"),
    "uq_account_id_index": Invalid("id_taken", "该证件号码已被使用", "id_number"),
    "uq_account_login": Invalid("login_taken", "该登录名已被使用", "login"),
    "uq_expert_id_number": Invalid("id_taken", "该证件号码已被使用", "id_number"),
    "uq_application_one_open": Conflict("application_open", "您已有办理中的申请"),
    "uq_role_grant_one_administrator": Conflict(
        "administrators_exclusive", "系统、安全、审计三类管理员不能由同一账号兼任"
    ),
    "uq_role_grant_account_id_role": Conflict("role_held", "该账号已有此角色"),
    "uq_organisation_code": Invalid("code_taken", "该单位代码已被使用", "code"),
    "uq_department_organisation_id_name": Invalid("name_taken", "该单位已有同名部门", "name"),
    "uq_taxonomy_node_taxonomy_id_code": Invalid("code_taken", "该代码已被使用", "code"),
    "uq_parameter_key_valid_from": Invalid("date_taken", "该参数在这一天已有数值", "valid_from"),
    "pk_idempotency_key": Conflict("repeated", "该操作已提交，请勿重复点击"),
}
"""Constraint name -> what the user reads. Constraint names are an API (STYLE.md rule 8)."""


@contextmanager
def unit() -> Iterator[Session]:
    """Commit when the block ends, roll back when it raises; database refusals become sentences."""
    current = session()
    try:
        yield current
        current.commit()
    except StaleDataError as error:
        current.rollback()
        raise Stale() from error
    except IntegrityError as error:
        current.rollback()
        raise translated(error) from error
    except BaseException:
        current.rollback()
        raise


def translated(error: IntegrityError) -> Exception:
    """The sentence for a violated constraint; the error itself when it is not one that users can cause."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name in CONSTRAINT_MESSAGES:
        known = CONSTRAINT_MESSAGES[name]
        return type(known)(known.code, known.message, known.field)
    if name is not None and name.startswith("fk_"):
        return Conflict("in_use", "该记录已被使用，不能删除，可停用")
    return error
