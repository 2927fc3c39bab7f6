"""Full numbers: one person at a time, counted per account, never without a purpose."""

from __future__ import annotations

import datetime as dt

import pytest

from console.errors import Invalid, NotFound, TooMany
from console.scope import acting_as
from console.services.reveals import reveal
from console.vocabulary import RevealPurpose, Role
from tests import make


def test_the_hour_is_counted_per_official_and_begins_anew(db, clock):
    expert_id = make.expert().id
    first, second = make.actor(make.official(Role.GOVERNMENT)), make.actor(make.official(Role.GOVERNMENT))
    with acting_as(first):
        for _ in range(30):
            reveal(expert_id, RevealPurpose.CONTACT, actor=first, now=clock.now())
        with pytest.raises(TooMany, match="每小时最多查看30次完整号码"):
            reveal(expert_id, RevealPurpose.CONTACT, actor=first, now=clock.now())
    with acting_as(second):
        assert reveal(expert_id, RevealPurpose.CONTACT, actor=second, now=clock.now()).values["phone"]
    with acting_as(first):
        later = clock.now() + dt.timedelta(hours=1, seconds=1)
        assert reveal(expert_id, RevealPurpose.CONTACT, actor=first, now=later).seconds == 60


def test_without_a_purpose_nothing_is_shown(db, clock):
    expert_id, actor = make.expert().id, make.actor(make.official(Role.GOVERNMENT))
    with acting_as(actor), pytest.raises(Invalid, match="请选择查看用途"):
        reveal(expert_id, None, actor=actor, now=clock.now())


def test_out_of_scope_is_not_found_and_not_counted(db, clock):
    expert_id, actor = make.expert(region="530302").id, make.actor(make.official(Role.GOVERNMENT, "km-yj-mines"))
    with acting_as(actor), pytest.raises(NotFound):
        reveal(expert_id, RevealPurpose.VERIFY, actor=actor, now=clock.now())
