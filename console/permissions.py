"""Permission x role: the one table every view and button asks (MODEL.md 1.3). Workflow roles stand in workflow/."""

from __future__ import annotations

from enum import StrEnum

from console.vocabulary import Role


class Permission(StrEnum):
    """What somebody may do, named ``object:action``; alphabetical."""

    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_RESET = "account:reset"
    ACCOUNT_VIEW = "account:view"
    APPLICATION_FILE = "application:file"
    APPLICATION_OWN = "application:own"
    APPLICATION_REVIEW = "application:review"
    APPLICATION_VIEW = "application:view"
    AUDIT_VIEW = "audit:view"
    CERTIFICATE_OWN = "certificate:own"
    CERTIFICATE_TERMINATE = "certificate:terminate"
    CERTIFICATE_VIEW = "certificate:view"
    EXPERT_CORRECT = "expert:correct"
    EXPERT_EXPORT = "expert:export"
    EXPERT_OWN = "expert:own"
    EXPERT_REVEAL = "expert:reveal"
    EXPERT_VIEW = "expert:view"
    MESSAGE_VIEW = "message:view"
    ORGANISATION_MANAGE = "organisation:manage"
    ORGANISATION_VIEW = "organisation:view"
    PARAMETER_MANAGE = "parameter:manage"
    PARAMETER_VIEW = "parameter:view"
    ROLE_GRANT = "role:grant"
    SELF = "self:use"
    TAXONOMY_MANAGE = "taxonomy:manage"
    TAXONOMY_VIEW = "taxonomy:view"
    TEMPLATE_MANAGE = "template:manage"


_P = Permission
_GOVERNMENT = frozenset(
    {
        _P.SELF,
        _P.EXPERT_VIEW,
        _P.EXPERT_REVEAL,
        _P.EXPERT_EXPORT,
        _P.APPLICATION_VIEW,
        _P.CERTIFICATE_VIEW,
        _P.ACCOUNT_RESET,
        _P.ORGANISATION_VIEW,
        _P.TAXONOMY_VIEW,
        _P.PARAMETER_VIEW,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.EXPERT: frozenset({_P.SELF, _P.EXPERT_OWN, _P.APPLICATION_OWN, _P.CERTIFICATE_OWN}),
    Role.GOVERNMENT: _GOVERNMENT,
    Role.REVIEWER: _GOVERNMENT | {_P.APPLICATION_REVIEW, _P.CERTIFICATE_TERMINATE, _P.EXPERT_CORRECT},
    Role.REGISTRAR: _GOVERNMENT | {_P.APPLICATION_FILE},
    Role.BUREAU_ADMIN: frozenset(
        {
            _P.SELF,
            _P.ACCOUNT_VIEW,
            _P.ACCOUNT_RESET,
            _P.ACCOUNT_MANAGE,
            _P.ORGANISATION_VIEW,
            _P.ORGANISATION_MANAGE,
            _P.TAXONOMY_VIEW,
            _P.TAXONOMY_MANAGE,
            _P.PARAMETER_VIEW,
            _P.PARAMETER_MANAGE,
            _P.TEMPLATE_MANAGE,
        }
    ),
    Role.SUPPORT: frozenset({_P.SELF, _P.ACCOUNT_VIEW, _P.ACCOUNT_RESET, _P.MESSAGE_VIEW}),
    Role.SYSTEM_ADMIN: frozenset(
        {_P.SELF, _P.ACCOUNT_VIEW, _P.ACCOUNT_MANAGE, _P.PARAMETER_VIEW, _P.PARAMETER_MANAGE, _P.TEMPLATE_MANAGE}
    ),
    Role.SECURITY_ADMIN: frozenset({_P.SELF, _P.ACCOUNT_VIEW, _P.ROLE_GRANT}),
    Role.AUDIT_ADMIN: frozenset({_P.SELF, _P.AUDIT_VIEW}),
    Role.SYSTEM: frozenset(),
}


def allowed(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything somebody holding these roles may do; nothing when he holds none."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether one of the roles carries the permission. Protected by default."""
    return permission in allowed(roles)
