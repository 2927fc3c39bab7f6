"""Every table of the product (the customer's card wants one file): columns, constraints, ``__str__``; no behaviour.

Contents (kept true by tests/meta/test_models.py):
1 regions and organisations: region, organisation, department
2 programmes and figures: programme, parameter, calendar_day, number_counter
3 accounts and roles: account, password_history, role_grant, user_session, one_time_code, captcha_challenge, attempt
4 taxonomy: taxonomy, taxonomy_node
5 experts and applications: expert, expert_specialty, expert_gram, application, review, review_mark, step_log,
  field_change
6 certificates: certificate, certificate_reminder
7 attachments, outbox and messages: attachment, document, message_template, outbox_message, inbox_message
8 audit, jobs and idempotency: audit_entry, job_run, worker_beat, idempotency_key

Labels live on the column (``info["label"]``), so that list heads, forms, exports and docs/schema.md say the same word.
Moments are UTC; days are Beijing dates.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from console.columns import (
    AccountRow,
    Base,
    CaseRow,
    Created,
    Encrypted,
    PrimaryKey,
    RegionCode,
    Versioned,
    coded,
    listed,
)
from console.vocabulary import (
    AccountKind,
    AccountState,
    ApplicationState,
    AttachmentKind,
    AuditEvent,
    BodyKind,
    CaptchaKind,
    CertificateState,
    CodePurpose,
    Degree,
    Education,
    EmployerKind,
    Gender,
    MessageState,
    ParameterUnit,
    PasswordResetMode,
    PoliticalStatus,
    PoolState,
    RegionLevel,
    ReviewState,
    Role,
    TitleLevel,
    ValidityKind,
)


def word(length: int, label: str, **options: Any) -> Any:
    """A short text column with its label."""
    return mapped_column(String(length), info={"label": label}, **options)


def long(label: str, **options: Any) -> Any:
    """A long text column with its label."""
    return mapped_column(Text, info={"label": label}, **options)


def whole(label: str, **options: Any) -> Any:
    """A whole-number column with its label."""
    return mapped_column(Integer, info={"label": label}, **options)


def flag(label: str, **options: Any) -> Any:
    """A yes/no column with its label."""
    return mapped_column(info={"label": label}, nullable=False, **options)


def day(label: str, **options: Any) -> Any:
    """A Beijing date with its label."""
    return mapped_column(Date, info={"label": label}, **options)


def moment(label: str, **options: Any) -> Any:
    """A UTC moment with its label."""
    return mapped_column(DateTime(timezone=True), info={"label": label}, **options)


def reference(target: str, label: str, **options: Any) -> Any:
    """A foreign key with its label."""
    index = options.pop("index", True)
    return mapped_column(BigInteger, ForeignKey(target), info={"label": label}, index=index, **options)


def in_region(label: str = "所属地区", **options: Any) -> Any:
    """A GB/T 2260 code with its label."""
    return mapped_column(String(6, collation="C"), ForeignKey("region.code"), info={"label": label}, **options)


# === 1 regions and organisations =================================================================


class Region(Versioned, Base):
    """One administrative division (GB/T 2260): province, prefecture or district, with its life span."""

    __tablename__ = "region"
    code: Mapped[RegionCode] = mapped_column(String(6, collation="C"), primary_key=True, info={"label": "区划代码"})
    name: Mapped[str] = word(60, "名称")
    level: Mapped[RegionLevel] = coded(RegionLevel, "级别")
    kind: Mapped[str] = word(20, "类别", default="")
    parent_code: Mapped[str | None] = in_region("上级区划", index=True)
    valid_from: Mapped[dt.date | None] = day("启用日期")
    valid_to: Mapped[dt.date | None] = day("停用日期")
    successor_code: Mapped[str | None] = mapped_column(String(6, collation="C"), info={"label": "继任区划"})
    sort_key: Mapped[str] = mapped_column(String(120, collation="C"), default="")
    __table_args__ = (
        listed("level", RegionLevel),
        CheckConstraint("(level = 'province') = (parent_code IS NULL)", name="province_has_no_parent"),
        CheckConstraint("code ~ '^[0-9]{6}$'", name="code_six_digits"),
    )

    def __str__(self) -> str:
        return self.name


class Organisation(Versioned, Base):
    """One government body: a bureau, or one of the two committees' offices that may appoint experts (云南手册 1.2)."""

    __tablename__ = "organisation"
    id: Mapped[PrimaryKey]
    code: Mapped[str] = word(40, "单位代码", unique=True)
    name: Mapped[str] = word(120, "单位名称")
    short_name: Mapped[str] = word(60, "简称", default="")
    kind: Mapped[BodyKind] = coded(BodyKind, "单位类别")
    region_code: Mapped[RegionCode] = in_region(nullable=False, index=True)
    certificate_prefix: Mapped[str] = word(10, "证书编号前缀", default="")
    phone: Mapped[str] = word(40, "办公电话", default="")
    active: Mapped[bool] = flag("启用", default=True)
    region: Mapped[Region] = relationship()
    __table_args__ = (listed("kind", BodyKind),)

    def __str__(self) -> str:
        return self.name


class Department(Versioned, Base):
    """One department of a body: reviews applications, or files them (科信)."""

    __tablename__ = "department"
    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = reference("organisation.id", "所属单位", nullable=False)
    code: Mapped[str | None] = word(60, "部门代码", unique=True)
    name: Mapped[str] = word(80, "部门名称")
    short_name: Mapped[str] = word(40, "简称", default="")
    industries: Mapped[str] = word(120, "主管行业代码", default="")
    region_code: Mapped[RegionCode] = in_region(nullable=False, index=True)
    accepts_applications: Mapped[bool] = flag("受理专家申报", default=False)
    is_registrar: Mapped[bool] = flag("负责备案", default=False)
    phone: Mapped[str] = word(40, "联系电话", default="")
    active: Mapped[bool] = flag("启用", default=True)
    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    def __str__(self) -> str:
        return self.name


# === 2 programmes and figures ====================================================================


class Programme(Versioned, Base):
    """One bureau's system: its region, taxonomy, number rule, login options and process figures (MODEL.md 4)."""

    __tablename__ = "programme"
    id: Mapped[PrimaryKey]
    code: Mapped[str] = word(40, "系统代码", unique=True)
    name: Mapped[str] = word(80, "系统名称")
    pool_name: Mapped[str] = word(40, "专家库名称")
    organiser: Mapped[str] = word(80, "主办单位")
    region_code: Mapped[RegionCode] = in_region(nullable=False)
    taxonomy_id: Mapped[int] = reference("taxonomy.id", "专业目录", nullable=False)
    certificate_prefix: Mapped[str] = word(10, "证书编号前缀")
    application_prefix: Mapped[str] = word(10, "受理号前缀")
    certificate_title: Mapped[str] = word(40, "证书名称", default="专家聘书")
    login_captcha: Mapped[CaptchaKind] = coded(CaptchaKind, "登录验证方式", default=CaptchaKind.SLIDER)
    staff_reset_mode: Mapped[PasswordResetMode] = coded(
        PasswordResetMode, "政府用户重置密码方式", default=PasswordResetMode.TYPED
    )
    support_reset_mode: Mapped[PasswordResetMode] = coded(
        PasswordResetMode, "技术支持重置密码方式", default=PasswordResetMode.GENERATED
    )
    withdraw_allowed: Mapped[bool] = flag("允许撤回申报", default=True)
    sms_sign: Mapped[str] = word(20, "短信签名")
    support_phone: Mapped[str] = word(40, "技术支持电话", default="")
    support_qq: Mapped[str] = word(20, "技术支持QQ", default="")
    active: Mapped[bool] = flag("启用", default=True)
    taxonomy: Mapped[Taxonomy] = relationship()
    __table_args__ = (
        listed("login_captcha", CaptchaKind),
        listed("staff_reset_mode", PasswordResetMode),
        listed("support_reset_mode", PasswordResetMode),
    )

    def __str__(self) -> str:
        return self.name


class Parameter(Versioned, Base):
    """One figure of a rule from a day on; an old case is judged by the figure of its day (ARCHITECTURE.md 4)."""

    __tablename__ = "parameter"
    id: Mapped[PrimaryKey]
    key: Mapped[str] = word(60, "参数")
    label: Mapped[str] = word(80, "说明")
    value: Mapped[int] = whole("数值")
    unit: Mapped[ParameterUnit] = coded(ParameterUnit, "单位")
    valid_from: Mapped[dt.date] = day("生效日期")
    clause: Mapped[str] = word(200, "依据", default="")
    note: Mapped[str] = long("备注", default="")
    __table_args__ = (UniqueConstraint("key", "valid_from"), listed("unit", ParameterUnit))

    def __str__(self) -> str:
        return self.label


class CalendarDay(Versioned, Base):
    """One day that differs from the weekend rule, or every day of a maintained year (working-day deadlines)."""

    __tablename__ = "calendar_day"
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True, info={"label": "日期"})
    working: Mapped[bool] = flag("工作日")
    name: Mapped[str] = word(40, "名称", default="")

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()


class NumberCounter(Base):
    """Last number given out in a series and period; incremented in the transaction that uses it, so never a gap."""

    __tablename__ = "number_counter"
    series: Mapped[str] = mapped_column(String(60), primary_key=True, info={"label": "编号序列"})
    period: Mapped[str] = mapped_column(String(10), primary_key=True, info={"label": "期间"})
    last: Mapped[int] = whole("最后编号")

    def __str__(self) -> str:
        return f"{self.series} {self.period}"


# === 3 accounts and roles ========================================================================


class Account(Created, Versioned, Base):
    """One login. Phone and ID number are encrypted; the mask is what lists read, the blind index what login finds."""

    __tablename__ = "account"
    id: Mapped[PrimaryKey]
    kind: Mapped[AccountKind] = coded(AccountKind, "账号类型")
    login: Mapped[str | None] = word(40, "登录名", unique=True)
    name: Mapped[str] = word(60, "姓名")
    phone_cc: Mapped[str] = word(5, "区号", default="86")
    phone: Mapped[str | None] = mapped_column(Encrypted("account.phone"), info={"label": "手机号", "secret": True})
    phone_index: Mapped[str | None] = mapped_column(String(64, collation="C"), unique=True)
    phone_mask: Mapped[str] = word(40, "手机号", default="")
    id_number: Mapped[str | None] = mapped_column(
        Encrypted("account.id_number"), info={"label": "身份证号码", "secret": True}
    )
    id_index: Mapped[str | None] = mapped_column(String(64, collation="C"), unique=True)
    id_mask: Mapped[str] = word(40, "身份证号码", default="")
    password_hash: Mapped[str] = mapped_column(String(200), info={"label": "密码", "secret": True})
    state: Mapped[AccountState] = coded(AccountState, "状态", default=AccountState.ACTIVE)
    initial_expires_at: Mapped[dt.datetime | None] = moment("初始密码失效时间")
    password_changed_at: Mapped[dt.datetime | None] = moment("密码修改时间")
    locked_until: Mapped[dt.datetime | None] = moment("锁定至")
    last_login_at: Mapped[dt.datetime | None] = moment("最近登录")
    region_code: Mapped[RegionCode] = in_region(nullable=False, index=True)
    organisation_id: Mapped[int | None] = reference("organisation.id", "单位")
    department_id: Mapped[int | None] = reference("department.id", "部门")
    locale: Mapped[str] = word(12, "界面语言", default="zh_Hans_CN")
    organisation: Mapped[Organisation | None] = relationship()
    department: Mapped[Department | None] = relationship()
    region: Mapped[Region] = relationship()
    __table_args__ = (
        listed("kind", AccountKind),
        listed("state", AccountState),
        CheckConstraint("(kind = 'official') <= (organisation_id IS NOT NULL)", name="official_has_body"),
        CheckConstraint("(state = 'locked') <= (locked_until IS NOT NULL)", name="locked_until_set"),
    )

    def __str__(self) -> str:
        return self.name


class PasswordHistory(AccountRow, Created, Base):
    """One former password hash; the last three may not be used again."""

    __tablename__ = "password_history"
    id: Mapped[PrimaryKey]
    password_hash: Mapped[str] = mapped_column(String(200), info={"label": "密码", "secret": True})

    def __str__(self) -> str:
        return "历史密码"


class RoleGrant(AccountRow, Created, Base):
    """One role held by an account. The three administrators exclude each other (SECURITY.md R15)."""

    __tablename__ = "role_grant"
    id: Mapped[PrimaryKey]
    role: Mapped[Role] = coded(Role, "角色")
    granted_by_id: Mapped[int | None] = reference("account.id", "授予人")
    __table_args__ = (
        UniqueConstraint("account_id", "role"),
        listed("role", Role),
        # One account can hold at most one of the three administrator roles: the database itself says so.
        Index(
            "uq_role_grant_one_administrator",
            "account_id",
            unique=True,
            postgresql_where=text("role IN ('system_admin', 'security_admin', 'audit_admin')"),
        ),
    )

    def __str__(self) -> str:
        return self.role.label


class UserSession(AccountRow, Created, Base):
    """One login session; only the hash of its token is stored. Both time limits are checked on every request."""

    __tablename__ = "user_session"
    token_hash: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    last_seen_at: Mapped[dt.datetime] = moment("最近使用")
    expires_at: Mapped[dt.datetime] = moment("最晚到期")
    revoked_at: Mapped[dt.datetime | None] = moment("注销时间")
    ip: Mapped[str] = word(45, "IP地址", default="")
    device: Mapped[str] = word(120, "设备", default="")

    def __str__(self) -> str:
        return self.device


class OneTimeCode(Created, Base):
    """One SMS code: six digits, five minutes, five tries, one use; only its hash is stored (MODEL.md 2)."""

    __tablename__ = "one_time_code"
    id: Mapped[PrimaryKey]
    purpose: Mapped[CodePurpose] = coded(CodePurpose, "用途")
    phone_index: Mapped[str] = mapped_column(String(64, collation="C"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64, collation="C"))
    expires_at: Mapped[dt.datetime] = moment("失效时间")
    attempts: Mapped[int] = whole("错误次数", default=0)
    used_at: Mapped[dt.datetime | None] = moment("使用时间")
    ip: Mapped[str] = word(45, "IP地址", default="")
    __table_args__ = (listed("purpose", CodePurpose),)

    def __str__(self) -> str:
        return self.purpose.label


class CaptchaChallenge(Created, Base):
    """One puzzle or picture: its answer (never sent to the browser), two minutes, one use."""

    __tablename__ = "captcha_challenge"
    token_hash: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    kind: Mapped[CaptchaKind] = coded(CaptchaKind, "方式")
    answer: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[dt.datetime] = moment("失效时间")
    passed_at: Mapped[dt.datetime | None] = moment("通过时间")
    used_at: Mapped[dt.datetime | None] = moment("使用时间")
    __table_args__ = (listed("kind", CaptchaKind),)

    def __str__(self) -> str:
        return self.kind.label


class Attempt(Base):
    """A counter within a time window (failed logins, codes sent); raised atomically before a decision is taken."""

    __tablename__ = "attempt"
    subject: Mapped[str] = mapped_column(String(160, collation="C"), primary_key=True)
    window_start: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    count: Mapped[int] = whole("次数")

    def __str__(self) -> str:
        return self.subject


# === 4 taxonomy ==================================================================================


class Taxonomy(Versioned, Base):
    """One catalogue of specialties of a programme (云南: 18 industries, 49 fields, 392 specialties)."""

    __tablename__ = "taxonomy"
    id: Mapped[PrimaryKey]
    code: Mapped[str] = word(60, "目录代码", unique=True)
    name: Mapped[str] = word(80, "目录名称")

    def __str__(self) -> str:
        return self.name


class TaxonomyNode(Versioned, Base):
    """One node: level 1 industry 行业类别, 2 field 重点领域, 3 specialty 专业类别. Used ones are retired."""

    __tablename__ = "taxonomy_node"
    id: Mapped[PrimaryKey]
    taxonomy_id: Mapped[int] = reference("taxonomy.id", "专业目录", nullable=False)
    parent_id: Mapped[int | None] = reference("taxonomy_node.id", "上级类别")
    level: Mapped[int] = whole("级别")
    code: Mapped[str] = word(20, "代码")
    name: Mapped[str] = word(80, "名称")
    short_name: Mapped[str] = word(40, "证书简称", default="")
    source_text: Mapped[str] = word(80, "手册原文", default="")
    selectable: Mapped[bool] = flag("可选择", default=True)
    sort_order: Mapped[int] = whole("排序", default=0)
    retired_on: Mapped[dt.date | None] = day("停用日期")
    taxonomy: Mapped[Taxonomy] = relationship()
    parent: Mapped[TaxonomyNode | None] = relationship(remote_side="TaxonomyNode.id")
    __table_args__ = (
        UniqueConstraint("taxonomy_id", "code"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),
        CheckConstraint("(level = 1) = (parent_id IS NULL)", name="top_has_no_parent"),
    )

    def __str__(self) -> str:
        return self.name


# === 5 experts and applications ==================================================================


class Expert(Created, Versioned, Base):
    """One expert's basic information (基本信息, MODEL.md F2); everything may be empty until he submits."""

    __tablename__ = "expert"
    id: Mapped[PrimaryKey]
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"), unique=True)
    programme_id: Mapped[int] = reference("programme.id", "所属系统", nullable=False)
    region_code: Mapped[RegionCode] = in_region("所在州市/县区", nullable=False)
    pool_state: Mapped[PoolState] = coded(PoolState, "状态", default=PoolState.NEW)
    name: Mapped[str] = word(60, "姓名", default="")
    sort_key: Mapped[str] = mapped_column(String(160, collation="C"), default="")
    gender: Mapped[Gender | None] = coded(Gender, "性别")
    birth_date: Mapped[dt.date | None] = day("出生日期")
    id_number: Mapped[str | None] = mapped_column(
        Encrypted("expert.id_number"), info={"label": "身份证号码", "secret": True}
    )
    id_index: Mapped[str | None] = mapped_column(String(64, collation="C"))
    id_mask: Mapped[str] = word(40, "身份证号码", default="")
    id_tail: Mapped[str | None] = mapped_column(String(64, collation="C"), info={"label": "证件号后4位"})
    phone_cc: Mapped[str] = word(5, "区号", default="86")
    phone: Mapped[str | None] = mapped_column(Encrypted("expert.phone"), info={"label": "手机号", "secret": True})
    phone_index: Mapped[str | None] = mapped_column(String(64, collation="C"))
    phone_mask: Mapped[str] = word(40, "手机号", default="")
    ethnicity: Mapped[str] = word(20, "民族", default="")
    political_status: Mapped[PoliticalStatus | None] = coded(PoliticalStatus, "政治面貌")
    education: Mapped[Education | None] = coded(Education, "最高学历")
    degree: Mapped[Degree | None] = coded(Degree, "学位")
    school: Mapped[str] = word(60, "毕业院校", default="")
    major: Mapped[str] = word(60, "所学专业", default="")
    title_level: Mapped[TitleLevel | None] = coded(TitleLevel, "职称等级")
    title: Mapped[str] = word(60, "职称", default="")
    title_expires_on: Mapped[dt.date | None] = day("职称有效期至")
    qualification: Mapped[str] = word(200, "职业资格", default="")
    employer: Mapped[str] = word(60, "工作单位", default="")
    employer_kind: Mapped[EmployerKind | None] = coded(EmployerKind, "单位性质")
    position: Mapped[str] = word(30, "职务", default="")
    employer_address: Mapped[str] = word(120, "单位地址", default="")
    mailing_address: Mapped[str] = word(120, "通讯地址", default="")
    email: Mapped[str] = word(120, "邮箱", default="")
    occupation: Mapped[str] = word(60, "从事专业", default="")
    practice_years: Mapped[int | None] = whole("从事专业年限")
    health: Mapped[str] = word(30, "健康状况", default="")
    resume: Mapped[str] = long("工作简历", default="")
    achievements: Mapped[str] = long("主要业绩", default="")
    bad_record: Mapped[bool] = flag("有不良记录", default=False)
    last_certificate_until: Mapped[dt.date | None] = day("聘书有效期至")
    long_term: Mapped[bool] = flag("长期", default=False)
    updated_at: Mapped[dt.datetime] = moment("更新时间", server_default=func.now(), onupdate=func.now())
    region: Mapped[Region] = relationship()
    account: Mapped[Account | None] = relationship()
    __table_args__ = (
        listed("pool_state", PoolState),
        listed("gender", Gender),
        listed("education", Education),
        listed("degree", Degree),
        listed("title_level", TitleLevel),
        listed("political_status", PoliticalStatus),
        listed("employer_kind", EmployerKind),
        UniqueConstraint("programme_id", "id_index", name="uq_expert_id_number"),
        CheckConstraint("practice_years BETWEEN 0 AND 70", name="practice_years_range"),
        Index("ix_expert_newest", text("created_at DESC"), text("id DESC"), postgresql_include=["region_code"]),
        Index("ix_expert_region_newest", "region_code", text("created_at DESC"), text("id DESC")),
        Index("ix_expert_state_newest", "pool_state", text("created_at DESC"), text("id DESC")),
        Index("ix_expert_sort_key", "sort_key", "id"),
        Index("ix_expert_until", "last_certificate_until", "id"),
        Index("ix_expert_phone_index", "phone_index"),
        Index("ix_expert_id_tail", "id_tail"),
    )

    def __str__(self) -> str:
        return self.name


class ExpertSpecialty(CaseRow, Base):
    """One specialty an expert declares (专业方向), one to many. Region and time stand here for the indexes."""

    __tablename__ = "expert_specialty"
    id: Mapped[PrimaryKey]
    node_id: Mapped[int] = reference("taxonomy_node.id", "专业类别", nullable=False, index=False)
    field_id: Mapped[int] = reference("taxonomy_node.id", "重点领域", nullable=False, index=False)
    industry_id: Mapped[int] = reference("taxonomy_node.id", "行业类别", nullable=False, index=False)
    created_at: Mapped[dt.datetime] = moment("专家创建时间", nullable=False)
    node: Mapped[TaxonomyNode] = relationship(foreign_keys=[node_id])
    expert: Mapped[Expert] = relationship()
    __table_args__ = (
        UniqueConstraint("expert_id", "node_id"),
        Index(
            "ix_expert_specialty_node",
            "node_id",
            text("created_at DESC"),
            text("expert_id DESC"),
            postgresql_include=["region_code"],
        ),
        Index(
            "ix_expert_specialty_industry",
            "industry_id",
            text("created_at DESC"),
            text("expert_id DESC"),
            postgresql_include=["region_code"],
        ),
        Index("ix_expert_specialty_field", "field_id", text("created_at DESC"), text("expert_id DESC")),
    )

    def __str__(self) -> str:
        return str(self.node)


class ExpertGram(Base):
    """One fragment (1 to 4 characters) of an expert's name; kept by a trigger, searched by equality."""

    __tablename__ = "expert_gram"
    gram: Mapped[str] = mapped_column(String(4, collation="C"), primary_key=True)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    expert_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, index=True)
    region_code: Mapped[RegionCode] = mapped_column(String(6, collation="C"), nullable=False)
    __table_args__ = (
        Index(
            "ix_expert_gram_search",
            "gram",
            text("created_at DESC"),
            text("expert_id DESC"),
            postgresql_include=["region_code"],
        ),
    )

    def __str__(self) -> str:
        return self.gram


class Application(CaseRow, Created, Versioned, Base):
    """One declaration of an expert to one or several departments (专家信息申报); a rejected one goes round again."""

    __tablename__ = "application"
    id: Mapped[PrimaryKey]
    programme_id: Mapped[int] = reference("programme.id", "所属系统", nullable=False)
    number: Mapped[str | None] = word(30, "受理号", unique=True)
    state: Mapped[ApplicationState] = coded(ApplicationState, "状态", default=ApplicationState.DRAFT)
    round: Mapped[int] = whole("轮次", default=1)
    submitted_at: Mapped[dt.datetime | None] = moment("申报时间")
    finished_at: Mapped[dt.datetime | None] = moment("办结时间")
    expert: Mapped[Expert] = relationship()
    reviews: Mapped[list[Review]] = relationship(back_populates="application", order_by="Review.id")
    __table_args__ = (
        listed("state", ApplicationState),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="submitted_at_set"),
        CheckConstraint("state = 'draft' OR number IS NOT NULL", name="number_set"),
        CheckConstraint("(state = 'filed') = (finished_at IS NOT NULL)", name="filed_is_finished"),
        CheckConstraint("round >= 1", name="round_positive"),
        # One open case per expert: a second click or a second window cannot open another.
        Index("uq_application_one_open", "expert_id", unique=True, postgresql_where=text("state <> 'filed'")),
        Index("ix_application_region_submitted", "region_code", text("submitted_at DESC"), text("id DESC")),
    )

    def __str__(self) -> str:
        return self.number or "未申报"


class Review(CaseRow, Created, Versioned, Base):
    """One department's verdict on one round of an application (云南手册 3.7); filing and certificate follow from it."""

    __tablename__ = "review"
    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = reference("application.id", "申报", nullable=False)
    organisation_id: Mapped[int] = reference("organisation.id", "受理单位", nullable=False)
    department_id: Mapped[int] = reference("department.id", "审核部门", nullable=False)
    round: Mapped[int] = whole("轮次")
    state: Mapped[ReviewState] = coded(ReviewState, "状态", default=ReviewState.PENDING)
    due_on: Mapped[dt.date] = day("审核期限")
    decided_at: Mapped[dt.datetime | None] = moment("审核时间")
    decided_by_id: Mapped[int | None] = reference("account.id", "审核人")
    return_reason: Mapped[str] = long("驳回理由", default="")
    industry_id: Mapped[int | None] = reference("taxonomy_node.id", "行业领域")
    specialty_id: Mapped[int | None] = reference("taxonomy_node.id", "专业类别")
    appointing_body_id: Mapped[int | None] = reference("organisation.id", "专家聘用单位")
    validity: Mapped[ValidityKind | None] = coded(ValidityKind, "聘书有效期类型")
    valid_from: Mapped[dt.date | None] = day("聘书起始时间")
    valid_until: Mapped[dt.date | None] = day("聘书截止时间")
    filing_due_on: Mapped[dt.date | None] = day("备案期限")
    filed_at: Mapped[dt.datetime | None] = moment("备案时间")
    filed_by_id: Mapped[int | None] = reference("account.id", "备案人")
    application: Mapped[Application] = relationship(back_populates="reviews")
    expert: Mapped[Expert] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    department: Mapped[Department] = relationship()
    industry: Mapped[TaxonomyNode | None] = relationship(foreign_keys=[industry_id])
    specialty: Mapped[TaxonomyNode | None] = relationship(foreign_keys=[specialty_id])
    appointing_body: Mapped[Organisation | None] = relationship(foreign_keys=[appointing_body_id])
    marks: Mapped[list[ReviewMark]] = relationship(order_by="ReviewMark.id")
    __table_args__ = (
        UniqueConstraint("application_id", "department_id", "round"),
        listed("state", ReviewState),
        listed("validity", ValidityKind),
        CheckConstraint("(state IN ('passed', 'rejected', 'filed')) = (decided_at IS NOT NULL)", name="decided_at_set"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_set"),
        CheckConstraint("(state = 'filed') = (filed_at IS NOT NULL)", name="filed_at_set"),
        CheckConstraint("(filed_at IS NULL) = (filed_by_id IS NULL)", name="filed_by_set"),
        CheckConstraint("state <> 'rejected' OR return_reason <> ''", name="reason_set"),
        CheckConstraint(
            "state NOT IN ('passed', 'filed') OR (industry_id IS NOT NULL AND appointing_body_id IS NOT NULL"
            " AND validity IS NOT NULL AND valid_from IS NOT NULL)",
            name="passed_is_complete",
        ),
        CheckConstraint(
            "validity IS NULL OR (validity = 'fixed') = (valid_until IS NOT NULL)", name="fixed_validity_ends"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity_order"),
        Index("ix_review_department_state", "department_id", "state", "due_on", "id"),
        Index("ix_review_organisation_state", "organisation_id", "state", "due_on", "id"),
        Index("ix_review_region_state", "region_code", "state", "due_on", "id"),
    )

    def __str__(self) -> str:
        return f"{self.department} 第{self.round}轮"


class ReviewMark(CaseRow, Base):
    """One field the reviewer marked as wrong, with his words to the expert."""

    __tablename__ = "review_mark"
    id: Mapped[PrimaryKey]
    review_id: Mapped[int] = reference("review.id", "审核", nullable=False)
    field: Mapped[str] = word(40, "字段")
    note: Mapped[str] = word(200, "说明")
    __table_args__ = (UniqueConstraint("review_id", "field"),)

    def __str__(self) -> str:
        return self.note


class StepLog(CaseRow, Base):
    """One step of a workflow: who did what when, before and after (审核历史). Append-only."""

    __tablename__ = "step_log"
    id: Mapped[PrimaryKey]
    at: Mapped[dt.datetime] = moment("时间", nullable=False)
    workflow: Mapped[str] = word(20, "流程")
    record_id: Mapped[int] = mapped_column(BigInteger, nullable=False, info={"label": "记录"})
    application_id: Mapped[int | None] = reference("application.id", "申报")
    round: Mapped[int] = whole("轮次", default=1)
    action: Mapped[str] = word(30, "操作")
    label: Mapped[str] = word(40, "操作名称")
    before: Mapped[str] = word(20, "原状态")
    after: Mapped[str] = word(20, "新状态")
    actor_id: Mapped[int | None] = mapped_column(BigInteger, info={"label": "操作人"})
    actor_name: Mapped[str] = word(60, "操作人")
    department_name: Mapped[str] = word(80, "部门", default="")
    note: Mapped[str] = long("意见", default="")
    __table_args__ = (Index("ix_step_log_record", "workflow", "record_id", "id"),)

    def __str__(self) -> str:
        return self.label


class FieldChange(CaseRow, Base):
    """One change of an expert's information after he first submitted: field, before, after, by whom (masked values)."""

    __tablename__ = "field_change"
    id: Mapped[PrimaryKey]
    at: Mapped[dt.datetime] = moment("时间", nullable=False)
    application_id: Mapped[int | None] = reference("application.id", "申报")
    round: Mapped[int] = whole("轮次", default=1)
    field: Mapped[str] = word(40, "字段")
    label: Mapped[str] = word(40, "项目")
    before: Mapped[str] = long("修改前", default="")
    after: Mapped[str] = long("修改后", default="")
    actor_id: Mapped[int | None] = mapped_column(BigInteger, info={"label": "修改人"})
    actor_name: Mapped[str] = word(60, "修改人")
    basis_id: Mapped[int | None] = reference("attachment.id", "书面申请")

    def __str__(self) -> str:
        return self.label


# === 6 certificates ==============================================================================


class Certificate(CaseRow, Created, Versioned, Base):
    """One certificate (聘书): what was printed, its number, validity and end (云南手册 1.3, 2.6, 3.9)."""

    __tablename__ = "certificate"
    id: Mapped[PrimaryKey]
    programme_id: Mapped[int] = reference("programme.id", "所属系统", nullable=False)
    number: Mapped[str] = word(30, "证书编号", unique=True)
    review_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("review.id"), unique=True)
    department_id: Mapped[int] = reference("department.id", "审核部门", nullable=False)
    appointing_body_id: Mapped[int] = reference("organisation.id", "聘用单位", nullable=False)
    state: Mapped[CertificateState] = coded(CertificateState, "状态", default=CertificateState.VALID)
    holder_name: Mapped[str] = word(60, "姓名")
    unit_name: Mapped[str] = word(120, "聘用单位")
    appointment: Mapped[str] = word(120, "聘任名义")
    issued_on: Mapped[dt.date] = day("发证日期")
    validity: Mapped[ValidityKind] = coded(ValidityKind, "有效期类型")
    valid_from: Mapped[dt.date] = day("有效期起")
    valid_until: Mapped[dt.date | None] = day("有效期至")
    ended_on: Mapped[dt.date | None] = day("终止日期")
    end_reason: Mapped[str] = long("终止原因", default="")
    ended_by_id: Mapped[int | None] = reference("account.id", "终止人")
    verify_code: Mapped[str] = word(12, "验真码")
    document_id: Mapped[int] = reference("document.id", "聘书文件", nullable=False)
    expert: Mapped[Expert] = relationship()
    review: Mapped[Review] = relationship()
    department: Mapped[Department] = relationship()
    document: Mapped[Document] = relationship()
    __table_args__ = (
        listed("state", CertificateState),
        listed("validity", ValidityKind),
        CheckConstraint("(validity = 'fixed') = (valid_until IS NOT NULL)", name="fixed_validity_ends"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity_order"),
        CheckConstraint(
            "(state IN ('terminated', 'revoked')) = (ended_on IS NOT NULL AND end_reason <> '')",
            name="ended_is_explained",
        ),
        Index("ix_certificate_region_issued", "region_code", text("issued_on DESC"), text("id DESC")),
        Index("ix_certificate_until", "state", "valid_until", "id"),
    )

    def __str__(self) -> str:
        return self.number


class CertificateReminder(Base):
    """One reminder sent before the end of a certificate (90 and 30 days); the key makes it exactly once."""

    __tablename__ = "certificate_reminder"
    certificate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("certificate.id"), primary_key=True)
    days: Mapped[int] = mapped_column(Integer, primary_key=True, info={"label": "提前天数"})
    sent_at: Mapped[dt.datetime] = moment("发送时间", server_default=func.now())

    def __str__(self) -> str:
        return f"{self.days}"


# === 7 attachments, outbox and messages ==========================================================


class Attachment(CaseRow, Created, Base):
    """One file uploaded for an expert; the bytes lie in the storage port under ``storage_key``."""

    __tablename__ = "attachment"
    id: Mapped[PrimaryKey]
    kind: Mapped[AttachmentKind] = coded(AttachmentKind, "类别")
    file_name: Mapped[str] = word(120, "文件名")
    media_type: Mapped[str] = word(100, "类型")
    size: Mapped[int] = whole("大小（字节）")
    sha256: Mapped[str] = mapped_column(String(64, collation="C"), info={"label": "SHA-256"})
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    uploaded_by_id: Mapped[int | None] = reference("account.id", "上传人")
    removed_at: Mapped[dt.datetime | None] = moment("移除时间")
    __table_args__ = (listed("kind", AttachmentKind), CheckConstraint("size > 0", name="not_empty"))

    def __str__(self) -> str:
        return self.file_name


class Document(CaseRow, Created, Base):
    """One issued document: rendered once, hashed, stored, never rendered again."""

    __tablename__ = "document"
    id: Mapped[PrimaryKey]
    title: Mapped[str] = word(80, "名称")
    media_type: Mapped[str] = word(100, "类型")
    size: Mapped[int] = whole("大小（字节）")
    sha256: Mapped[str] = mapped_column(String(64, collation="C"), info={"label": "SHA-256"})
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    def __str__(self) -> str:
        return self.title


class MessageTemplate(Versioned, Base):
    """The text of one message, editable by the bureau; placeholders outside the allowed list are refused."""

    __tablename__ = "message_template"
    code: Mapped[str] = mapped_column(String(40), primary_key=True, info={"label": "代码"})
    title: Mapped[str] = word(60, "名称")
    body: Mapped[str] = long("短信内容")
    placeholders: Mapped[str] = word(200, "可用变量", default="")
    active: Mapped[bool] = flag("启用", default=True)

    def __str__(self) -> str:
        return self.title


class OutboxMessage(AccountRow, Created, Base):
    """One message to send, written in the transaction of the act that causes it; delivered by the worker (R16)."""

    __tablename__ = "outbox_message"
    id: Mapped[PrimaryKey]
    account_id: Mapped[int | None] = mapped_column(  # type: ignore[assignment]  # codes go to numbers without account
        BigInteger, ForeignKey("account.id"), nullable=True, index=True
    )
    key: Mapped[str] = word(80, "幂等键", unique=True)
    template_code: Mapped[str] = mapped_column(String(40), ForeignKey("message_template.code"), info={"label": "短信"})
    recipient: Mapped[str] = mapped_column(
        Encrypted("outbox_message.recipient"), info={"label": "收信号码", "secret": True}
    )
    recipient_mask: Mapped[str] = word(40, "收信号码")
    body: Mapped[str] = mapped_column(Encrypted("outbox_message.body"), info={"label": "内容", "secret": True})
    confidential: Mapped[bool] = flag("含验证码或密码", default=False)
    state: Mapped[MessageState] = coded(MessageState, "发送状态", default=MessageState.QUEUED)
    attempts: Mapped[int] = whole("已尝试次数", default=0)
    next_at: Mapped[dt.datetime] = moment("下次发送", nullable=False)
    sent_at: Mapped[dt.datetime | None] = moment("发送时间")
    error: Mapped[str] = word(200, "失败原因", default="")
    template: Mapped[MessageTemplate] = relationship()
    __table_args__ = (
        listed("state", MessageState),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_set"),
        Index("ix_outbox_message_due", "next_at", postgresql_where=text("state IN ('queued', 'retrying')")),
    )

    def __str__(self) -> str:
        return self.template_code


class InboxMessage(AccountRow, Created, Base):
    """One message inside the console (站内信)."""

    __tablename__ = "inbox_message"
    id: Mapped[PrimaryKey]
    text: Mapped[str] = long("内容")
    link: Mapped[str] = word(200, "链接", default="")
    read_at: Mapped[dt.datetime | None] = moment("阅读时间")

    def __str__(self) -> str:
        return self.text


# === 8 audit, jobs and idempotency ===============================================================


class AuditEntry(Base):
    """One change, sensitive read, login or refusal; written in the same transaction, never changed (R14)."""

    __tablename__ = "audit_entry"
    id: Mapped[PrimaryKey]
    at: Mapped[dt.datetime] = moment("时间", nullable=False, index=True)
    event: Mapped[AuditEvent] = coded(AuditEvent, "事件")
    actor_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info={"label": "操作人"})
    actor_name: Mapped[str] = word(60, "操作人", default="")
    because: Mapped[str] = word(120, "事由", default="")
    table_name: Mapped[str] = word(40, "对象", default="")
    record_id: Mapped[str] = word(64, "记录", default="")
    region_code: Mapped[str | None] = mapped_column(String(6, collation="C"), info={"label": "地区"})
    ip: Mapped[str] = word(45, "IP地址", default="")
    request_id: Mapped[str] = word(36, "请求号", default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info={"label": "差异"})
    __table_args__ = (listed("event", AuditEvent), Index("ix_audit_entry_record", "table_name", "record_id"))

    def __str__(self) -> str:
        return self.event.label


class JobRun(Base):
    """One run of a scheduled job in its time slot; the key makes it exactly once (R18)."""

    __tablename__ = "job_run"
    job: Mapped[str] = mapped_column(String(40), primary_key=True, info={"label": "作业"})
    slot: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), primary_key=True, info={"label": "时段"})
    finished_at: Mapped[dt.datetime] = moment("完成时间", server_default=func.now())
    result: Mapped[str] = word(200, "结果", default="")

    def __str__(self) -> str:
        return self.job


class WorkerBeat(Base):
    """Last sign of life of each worker process; /ready looks here."""

    __tablename__ = "worker_beat"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[dt.datetime] = moment("最近心跳", nullable=False)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(Created, Base):
    """One rendered form that was already carried out; the same form sent twice gives the first answer."""

    __tablename__ = "idempotency_key"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    location: Mapped[str] = word(300, "结果", default="")

    def __str__(self) -> str:
        return self.key
