"""Every closed list of the product: values, Chinese labels and, for states, the badge family (UI.md section 3).

The label is the word of the manuals. A state without a family cannot be written: the constructor demands one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Family(StrEnum):
    """Look of a state badge; each has its own icon, so that colour never speaks alone."""

    DRAFT = "draft"
    WAIT = "wait"
    RUN = "run"
    OK = "ok"
    COND = "cond"
    NO = "no"
    EXP = "exp"
    VOID = "void"
    LATE = "late"


class Word(StrEnum):
    """A closed list whose members carry the Chinese word shown on the screen."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Store the label beside the value (the default serves type checkers, for which ``Word(value)`` is a call)."""
        if not label:
            raise ValueError(f"{value} has no label")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a select field."""
        return [(member.value, member.label) for member in cls]


class State(StrEnum):
    """A closed list of states: label and badge family."""

    label: str
    family: Family

    def __new__(cls, value: str, label: str = "", family: Family | None = None) -> Self:
        """Store label and family beside the value (the defaults serve type checkers)."""
        if not label or family is None:
            raise ValueError(f"{value} has no label or no family")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.family = family
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a filter."""
        return [(member.value, member.label) for member in cls]


# --- regions and organisations -------------------------------------------------------------------


class RegionLevel(Word):
    """Level of an administrative division (GB/T 2260)."""

    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "州市级"
    DISTRICT = "district", "区县级"


class BodyKind(Word):
    """The three kinds of hiring body of the Yunnan pool (云南手册 1.2)."""

    BUREAU = "bureau", "应急管理厅（局）"
    SAFETY_COMMITTEE = "safety_committee", "安全生产委员会办公室"
    DISASTER_COMMITTEE = "disaster_committee", "自然灾害应急管理委员会办公室"


# --- accounts ------------------------------------------------------------------------------------


class AccountKind(Word):
    """What sort of user an account belongs to; decides the face he sees."""

    EXPERT = "expert", "专家用户"
    OFFICIAL = "official", "政府用户"
    SUPPORT = "support", "技术支持"
    ADMINISTRATOR = "administrator", "管理员"


class Role(Word):
    """Roles of the first journey (MODEL.md 1.1, 1.3)."""

    EXPERT = "expert", "专家用户"
    GOVERNMENT = "government", "政府用户"
    REVIEWER = "reviewer", "政府用户（审核）"
    REGISTRAR = "registrar", "政府用户（科信）"
    BUREAU_ADMIN = "bureau_admin", "单位管理员"
    SUPPORT = "support", "技术支持"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    SYSTEM = "system", "系统"


class AccountState(State):
    """State of an account (P19)."""

    MUST_CHANGE = "must_change", "首次登录须改密", Family.WAIT
    ACTIVE = "active", "正常", Family.OK
    LOCKED = "locked", "已锁定", Family.NO
    DISABLED = "disabled", "停用", Family.VOID


class CodePurpose(Word):
    """What a one-time code was sent for; a code of one purpose never serves another."""

    REGISTER = "register", "注册"
    LOGIN = "login", "登录"
    RESET = "reset", "找回密码"


class CaptchaKind(Word):
    """How a challenge is answered."""

    SLIDER = "slider", "拼图验证"
    PICTURE = "picture", "图形验证码"


class PasswordResetMode(Word):
    """How staff reset a password (a setting per programme)."""

    TYPED = "typed", "由操作人输入新密码"
    GENERATED = "generated", "自动生成并发送至本人手机"


# --- experts -------------------------------------------------------------------------------------


class Gender(Word):
    """Sex as on the identity card."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class Education(Word):
    """Highest education."""

    DOCTOR = "doctor", "博士研究生"
    MASTER = "master", "硕士研究生"
    BACHELOR = "bachelor", "本科"
    COLLEGE = "college", "大专"
    SECONDARY = "secondary", "中专及以下"


class Degree(Word):
    """Highest academic degree."""

    DOCTOR = "doctor", "博士"
    MASTER = "master", "硕士"
    BACHELOR = "bachelor", "学士"
    NONE = "none", "无"


class TitleLevel(Word):
    """Level of a professional title (职称)."""

    FULL_SENIOR = "full_senior", "正高级"
    SENIOR = "senior", "副高级"
    INTERMEDIATE = "intermediate", "中级"
    JUNIOR = "junior", "初级"
    NONE = "none", "无职称"


class PoliticalStatus(Word):
    """政治面貌."""

    PARTY = "party", "中共党员"
    LEAGUE = "league", "共青团员"
    DEMOCRATIC = "democratic", "民主党派"
    NON_PARTY = "non_party", "无党派人士"
    MASSES = "masses", "群众"


class EmployerKind(Word):
    """单位性质."""

    GOVERNMENT = "government", "党政机关"
    INSTITUTION = "institution", "事业单位"
    STATE_OWNED = "state_owned", "国有企业"
    PRIVATE = "private", "民营企业"
    FOREIGN = "foreign", "外资企业"
    SOCIAL = "social", "社会团体"
    OTHER = "other", "其他"


class PoolState(State):
    """Where an expert stands in the pool, derived from applications and certificates, kept for lists."""

    NEW = "new", "未申报", Family.DRAFT
    REVIEWING = "reviewing", "审核中", Family.RUN
    APPROVED = "approved", "待备案", Family.WAIT
    REJECTED = "rejected", "已驳回", Family.NO
    IN_POOL = "in_pool", "在库", Family.OK
    EXPIRED = "expired", "已失效", Family.EXP
    TERMINATED = "terminated", "已终止", Family.VOID


class ApplicationState(State):
    """States of P01Y 专家申报 (云南手册 1.5, 2.5, 3.7, 3.8)."""

    DRAFT = "draft", "未申报", Family.DRAFT
    PENDING = "pending", "待审核", Family.WAIT
    PART = "part", "部分部门已审", Family.RUN
    APPROVED = "approved", "待备案", Family.WAIT
    REJECTED = "rejected", "已驳回", Family.NO
    FILED = "filed", "已备案", Family.OK


class ReviewState(State):
    """States of one department's review of an application."""

    PENDING = "pending", "待审核", Family.WAIT
    PASSED = "passed", "待备案", Family.WAIT
    REJECTED = "rejected", "已驳回", Family.NO
    FILED = "filed", "已备案", Family.OK
    WITHDRAWN = "withdrawn", "已撤回", Family.DRAFT


class CertificateState(State):
    """States of a certificate (P02)."""

    VALID = "valid", "有效", Family.OK
    EXPIRED = "expired", "已失效", Family.EXP
    TERMINATED = "terminated", "已终止", Family.VOID
    REVOKED = "revoked", "已撤销", Family.VOID


class ValidityKind(Word):
    """聘书有效期类型 (云南手册 3.7)."""

    LONG_TERM = "long_term", "长期"
    FIXED = "fixed", "非长期"


class AttachmentKind(Word):
    """What an uploaded file is (云南手册 2.4; MODEL.md 2.1)."""

    PHOTO = "photo", "本人照片"
    EMPLOYER_CONSENT = "employer_consent", "任职单位同意申报附件（加盖公章）"
    NO_EMPLOYER_NOTE = "no_employer_note", "无任职单位情况说明"
    OTHER = "other", "其他附件（证书、证明）"
    CHANGE_REQUEST = "change_request", "修改资料书面申请"


# --- messages, audit, jobs -----------------------------------------------------------------------


class MessageState(State):
    """Delivery of an outgoing message."""

    QUEUED = "queued", "待发送", Family.WAIT
    SENT = "sent", "已发送", Family.OK
    RETRYING = "retrying", "重试中", Family.RUN
    DEAD = "dead", "发送失败", Family.NO


class AuditEvent(Word):
    """What an audit row records."""

    CREATE = "create", "新增"
    UPDATE = "update", "修改"
    DELETE = "delete", "删除"
    REVEAL = "reveal", "查看完整号码"
    DOWNLOAD = "download", "下载附件"
    EXPORT = "export", "导出"
    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录失败"
    LOGOUT = "logout", "退出"
    PASSWORD_RESET = "password_reset", "重置密码"
    UNLOCK = "unlock", "解锁"
    REFUSED = "refused", "越权被拒"
    SYSTEM = "system", "系统作业"


class RevealPurpose(Word):
    """Why a full personal number is shown."""

    CONTACT = "contact", "联系本人办理申报"
    VERIFY = "verify", "核对身份与证明材料"
    COMPLAINT = "complaint", "处理投诉举报"
    SUPPORT = "support", "技术支持核实身份"


class ParameterUnit(Word):
    """Unit of a parameter's figure, shown beside it."""

    DAYS = "days", "日"
    WORKING_DAYS = "working_days", "工作日"
    HOURS = "hours", "小时"
    MINUTES = "minutes", "分钟"
    SECONDS = "seconds", "秒"
    YEARS = "years", "年"
    AGE = "age", "周岁"
    COUNT = "count", "个"
    MEGABYTES = "megabytes", "MB"
    SWITCH = "switch", "开关（0/1）"
