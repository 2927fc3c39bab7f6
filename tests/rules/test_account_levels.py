import pytest

from console.rules.account_levels import ROLES_OF, login_faults, rank, reset_faults, role_faults
from console.vocabulary import AccountKind, Role

EXPERT, OFFICIAL, BUREAU, SUPPORT, ADMINISTRATOR = range(5)


def test_ranks_rise_from_expert_to_administrator():
    found = [
        rank(AccountKind.EXPERT, [Role.EXPERT]),
        rank(AccountKind.OFFICIAL, [Role.GOVERNMENT, Role.REVIEWER]),
        rank(AccountKind.OFFICIAL, [Role.BUREAU_ADMIN]),
        rank(AccountKind.SUPPORT, [Role.SUPPORT]),
        rank(AccountKind.ADMINISTRATOR, [Role.SYSTEM_ADMIN]),
    ]
    assert found == [EXPERT, OFFICIAL, BUREAU, SUPPORT, ADMINISTRATOR]


@pytest.mark.parametrize(
    ("actor", "actor_region", "target", "target_region", "allowed"),
    [
        (OFFICIAL, "530000", EXPERT, "530102", True),
        (OFFICIAL, "530100", EXPERT, "530102", True),
        (OFFICIAL, "530000", OFFICIAL, "530000", False),
        (OFFICIAL, "530000", BUREAU, "530102", False),
        (BUREAU, "530000", BUREAU, "530100", True),
        (BUREAU, "530000", BUREAU, "530000", False),
        (BUREAU, "530100", BUREAU, "530000", False),
        (BUREAU, "530000", SUPPORT, "530102", False),
        (SUPPORT, "530000", BUREAU, "530000", True),
        (SUPPORT, "530000", SUPPORT, "530000", False),
        (SUPPORT, "530000", ADMINISTRATOR, "530000", False),
        (ADMINISTRATOR, "530000", ADMINISTRATOR, "530000", False),
    ],
)
def test_a_password_is_reset_from_above_only(actor, actor_region, target, target_region, allowed):
    messages = [fault.message for fault in reset_faults(actor, actor_region, target, target_region)]
    assert messages == ([] if allowed else ["无权重置该账号的密码"])


def test_every_kind_takes_its_own_roles_and_no_other():
    for kind, own in ROLES_OF.items():
        for role in Role:
            assert (role_faults(kind, role) == []) is (role in own)


@pytest.mark.parametrize("login", ["", "1234567", "李慧", "a", "li hui?", "x" * 31, "-abc", "19900010013"])
def test_a_login_name_that_could_be_a_number_or_cannot_be_typed_is_refused(login):
    assert len(login_faults(login)) == 1


@pytest.mark.parametrize("login", ["lihui.aq", "admin-yn", "abc", "ＬＩＨＵＩ", "Li_Hui"])
def test_a_login_name_is_letters_digits_dots_and_dashes(login):
    assert login_faults(login) == []
