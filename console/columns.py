"""Column types and mixins of ``console/models.py``: one line per column there, the how is here."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from console import crypt
from console.vocabulary import AccountKind, State, Word


class Encrypted(TypeDecorator[str]):
    """Text encrypted at rest; ``purpose`` is "table.column" and is authenticated with every value.

    Comparing it with a text finds nothing by construction, so that comparison is refused: search the blind index.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way into the database."""
        return None if value is None else crypt.encrypt(value, self.purpose)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else crypt.decrypt(bytes(value), self.purpose)


class Coded(TypeDecorator[Any]):
    """A closed list stored as its value (VARCHAR, checked by a CHECK constraint), read back as the enum member."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[Word] | type[State]) -> None:
        super().__init__(max(len(member.value) for member in words))
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Accept a member or its value; refuse anything outside the list."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Give the member back."""
        return None if value is None else self.words(value)


PrimaryKey = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Number = Annotated[int, mapped_column(Integer)]
Big = Annotated[int, mapped_column(BigInteger)]
Flag = Annotated[bool, mapped_column(Boolean)]
Long = Annotated[str, mapped_column(Text)]
Code = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(120))]
Day = Annotated[dt.date, mapped_column(Date)]
Moment = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
# GB/T 2260 codes compare bytewise: a policy on char(6) or on a collated text would lose the index.
RegionCode = Annotated[str, mapped_column(String(6, collation="C"))]
BlindIndex = Annotated[str, mapped_column(String(64, collation="C"))]
Mask = Annotated[str, mapped_column(String(40))]


class Base(DeclarativeBase):
    """Declarative base of every table; constraint names follow one convention because messages are mapped by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Versioned:
    """Optimistic lock: every UPDATE names the version it read; a form carries it along (SECURITY.md R17)."""

    lock_version: Mapped[int] = mapped_column(Integer, nullable=False, default=1, sort_order=990)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let the mapper count and compare the version."""
        return {"version_id_col": cls.lock_version}


class Created:
    """When the row was made (UTC)."""

    created_at: Mapped[Moment] = mapped_column(
        DateTime(timezone=True), nullable=False, server_default=func.now(), sort_order=980, info={"label": "创建时间"}
    )


class CaseRow:
    """A row about an expert: visible to officials of its region, to the expert himself, to nobody else.

    ``region_code`` and ``expert_id`` stand on every such table, so that one policy and one criterion serve them all
    (ARCHITECTURE.md section 6). ``experts.move_region`` keeps them together.
    """

    region_code: Mapped[RegionCode] = mapped_column(
        String(6, collation="C"), ForeignKey("region.code"), nullable=False, sort_order=900, info={"label": "所在地区"}
    )

    @declared_attr
    @classmethod
    def expert_id(cls) -> Mapped[int]:
        """The expert this row is about."""
        return mapped_column(BigInteger, ForeignKey("expert.id"), nullable=False, index=True, sort_order=901)


class AccountRow:
    """A row about an account: visible to its owner and to those who look after accounts of its region and kind."""

    region_code: Mapped[RegionCode] = mapped_column(
        String(6, collation="C"), ForeignKey("region.code"), nullable=False, sort_order=900, info={"label": "所属地区"}
    )
    account_kind: Mapped[AccountKind] = mapped_column(
        Coded(AccountKind), nullable=False, sort_order=902, info={"label": "账号类型"}
    )

    @declared_attr
    @classmethod
    def account_id(cls) -> Mapped[int]:
        """The account this row is about."""
        return mapped_column(BigInteger, ForeignKey("account.id"), nullable=False, index=True, sort_order=901)


def coded(words: type[Word] | type[State], label: str, **options: Any) -> MappedColumn[Any]:
    """A column holding one word of a closed list; the database refuses anything else."""
    return mapped_column(Coded(words), info={"label": label}, **options)


def listed(column: str, words: type[Word] | type[State]) -> CheckConstraint:
    """The CHECK that keeps a coded column inside its list (VARCHAR + CHECK: STYLE.md rule 15)."""
    values = ", ".join(f"'{member.value}'" for member in words)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_listed")
