"""Files of an expert: refused with the reason, stored under a key nobody can guess, kept when taken back."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from PIL import Image
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Invalid, NotFound
from console.scope import acting_as
from console.services import attachments, changes
from console.services.outside import outside
from console.vocabulary import AttachmentKind, AuditEvent, Role
from tests import make

CONSENT, PHOTO, NOTE = AttachmentKind.EMPLOYER_CONSENT, AttachmentKind.PHOTO, AttachmentKind.NO_EMPLOYER_NOTE


@pytest.fixture(autouse=True)
def _seen_by_the_test(system):
    """What the test looks at it sees; the use cases run as whoever acts."""


@pytest.fixture
def expert(db):
    return make.expert()


def picture(colour="white"):
    stream = io.BytesIO()
    Image.new("RGB", (295, 413), colour).save(stream, "JPEG")
    return stream.getvalue()


def as_owner(expert, act, *given, clock, version=None):
    session().commit()
    mine = make.actor(make.account_of(expert))
    with acting_as(mine):
        return act(expert.id, *given, version=version, actor=mine, now=clock.now())


def upload(expert, kind, name, content, clock):
    return as_owner(expert, attachments.upload, kind, name, content, clock=clock)


def files(expert):
    return [(row.kind, row.file_name) for row in attachments.of_expert(expert.id)]


def download(attachment_id, account, clock):
    actor = make.actor(account)
    with acting_as(actor):
        return attachments.download(attachment_id, actor=actor, now=clock.now()).content


def downloads():
    found = select(m.AuditEntry).where(m.AuditEntry.event == AuditEvent.DOWNLOAD)
    return [(row.actor_name, row.record_id) for row in session().scalars(found)]


# --- storing -----------------------------------------------------------------------------------------------


def test_a_scanned_consent_is_stored_and_read_back(expert, clock):
    made = upload(expert, CONSENT, "同意申报.pdf", make.PDF, clock)
    assert files(expert) == [(CONSENT, "同意申报.pdf")]
    assert download(made, make.account_of(expert), clock) == make.PDF


def test_the_key_in_the_store_says_nothing_about_the_file(expert, clock):
    made = upload(expert, CONSENT, "段丽娟同意申报.pdf", make.PDF, clock)
    row = session().get_one(m.Attachment, made)
    assert row.storage_key.replace("/", "").isalnum()
    assert (row.uploaded_by_id, row.media_type, row.size) == (expert.account_id, "application/pdf", len(make.PDF))


@pytest.mark.parametrize(
    ("kind", "name", "content", "words"),
    [
        (CONSENT, "恶意.exe", b"MZ", "文件格式不支持，仅支持jpg、png、pdf"),
        (CONSENT, "空.pdf", b"", "不能上传空文件"),
        (CONSENT, "改名.pdf", b"GIF89a", "文件内容与扩展名不符"),
        (CONSENT, "大.pdf", b"%PDF-1.4" + b" " * (10 * 1024 * 1024), "单个文件不能超过10MB"),
        (CONSENT, "长" * 120 + ".pdf", make.PDF, "文件名不能超过120字"),
        (PHOTO, "照片.pdf", make.PDF, "文件格式不支持，仅支持jpg、png"),
        (CONSENT, "", b"", "请选择要上传的任职单位同意申报附件（加盖公章）"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_at_its_field(expert, clock, kind, name, content, words):
    with pytest.raises(Invalid, match=words) as caught:
        upload(expert, kind, name, content, clock)
    assert caught.value.field == kind.value
    assert files(expert) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/同意.pdf", "同意.pdf"),
        (r"C:\Users\me\同意.pdf", "同意.pdf"),
        ("同意\u202efdp.pdf", "同意fdp.pdf"),
        ("同\r\n意.pdf", "同意.pdf"),
        ("<script>alert(1)</script>.pdf", "script>.pdf"),
        ("'; DROP TABLE attachment; --.pdf", "'; DROP TABLE attachment; --.pdf"),
    ],
)
def test_hostile_names_lose_their_folders_and_control_characters(expert, clock, name, kept):
    upload(expert, CONSENT, name, make.PDF, clock)
    assert files(expert) == [(CONSENT, kept)]


def test_a_written_request_is_not_the_experts_to_upload(expert, clock):
    with pytest.raises(Invalid, match="请选择附件类别"):
        upload(expert, AttachmentKind.CHANGE_REQUEST, "申请.pdf", make.PDF, clock)


def test_a_new_portrait_takes_the_place_of_the_old_one_while_scans_add_up(expert, clock):
    for name in ("一.jpg", "二.jpg"):
        upload(expert, PHOTO, name, picture(), clock)
    for name in ("甲.pdf", "乙.pdf"):
        upload(expert, CONSENT, name, make.PDF, clock)
    assert files(expert) == [(PHOTO, "二.jpg"), (CONSENT, "甲.pdf"), (CONSENT, "乙.pdf")]
    assert attachments.photo_of(expert.id).file_name == "二.jpg"


def test_a_portrait_is_encoded_anew(expert, clock):
    made = upload(expert, PHOTO, "照片.jpg", picture() + b"<?php system(1)?>", clock)
    assert b"php" not in download(made, make.account_of(expert), clock)


def test_the_room_of_an_expert_is_limited(expert, clock):
    session().execute(
        m.Parameter.__table__.update().where(m.Parameter.key == "attachment_quota_megabytes").values(value=0)
    )
    with pytest.raises(Invalid, match="附件总量不能超过0MB"):
        upload(expert, CONSENT, "同意.pdf", make.PDF, clock)


def test_a_refused_upload_leaves_nothing_in_the_store(expert, clock, monkeypatch):
    make.passed(make.case(expert))
    deleted = []
    store = outside().storage
    monkeypatch.setattr(type(store), "delete", lambda self, key: deleted.append(key))
    with pytest.raises(Conflict, match="处室已审核通过，专家信息不可再修改"):
        upload(expert, CONSENT, "同意.pdf", make.PDF, clock)
    assert len(deleted) == 1


def test_a_store_that_is_full_is_said_in_words(expert, clock, monkeypatch):
    from console.ports import StorageError

    def full(self, key, content):
        raise StorageError("No space left on device")

    monkeypatch.setattr(type(outside().storage), "put", full)
    with pytest.raises(Invalid, match="文件暂时无法保存"):
        upload(expert, CONSENT, "同意.pdf", make.PDF, clock)


# --- taking back -------------------------------------------------------------------------------------------


def test_a_file_taken_back_is_gone_from_the_page_but_not_from_the_store(expert, clock):
    made = upload(expert, CONSENT, "同意.pdf", make.PDF, clock)
    as_owner(expert, attachments.remove, made, clock=clock)
    assert files(expert) == []
    row = session().get_one(m.Attachment, made)
    assert row.removed_at == clock.now()
    with outside().storage.open(row.storage_key) as stream:
        assert stream.read() == make.PDF
    with pytest.raises(NotFound):
        download(made, make.account_of(expert), clock)


def test_the_file_of_another_cannot_be_taken_back(expert, clock):
    theirs = make.attached(make.expert("赵以宁"))
    with pytest.raises(NotFound):
        as_owner(expert, attachments.remove, theirs, clock=clock)


def test_while_a_department_reads_the_consent_stays(expert, clock):
    made = make.attached(expert)
    make.case(expert)
    with pytest.raises(Conflict, match="申报审核期间不能移除"):
        as_owner(expert, attachments.remove, made, clock=clock)
    upload(expert, CONSENT, "新.pdf", make.PDF, clock)
    as_owner(expert, attachments.remove, made, clock=clock)
    assert files(expert) == [(CONSENT, "新.pdf")]


def test_what_changed_while_a_department_reads_is_recorded(expert, clock):
    make.attached(expert)
    case = make.case(expert)
    upload(expert, AttachmentKind.OTHER, "职称证书.pdf", make.PDF, clock)
    (found,) = changes.of_application(case.id)
    assert (found.field, found.label) == ("attachments", "附件")
    assert "职称证书.pdf" in found.after
    assert "职称证书.pdf" not in found.before


# --- handing out -------------------------------------------------------------------------------------------


def test_an_officials_download_leaves_an_audit_row_and_the_owners_does_not(expert, clock):
    made = make.attached(expert)
    download(made, make.account_of(expert), clock)
    assert downloads() == []
    download(made, make.official(), clock)
    assert downloads() == [("李慧", str(made))]


def test_showing_a_portrait_is_no_download(expert, clock):
    made = upload(expert, PHOTO, "照片.jpg", picture(), clock)
    download(made, make.official(), clock)
    assert downloads() == []


@pytest.mark.parametrize("code", ["qj-yj-hazchem"])
def test_an_official_elsewhere_finds_no_file(expert, clock, code):
    with pytest.raises(NotFound):
        download(make.attached(expert), make.official(Role.GOVERNMENT, code), clock)


def test_another_expert_finds_no_file(expert, clock):
    with pytest.raises(NotFound):
        download(make.attached(expert), make.account_of(make.expert("赵以宁")), clock)


def test_a_file_lost_in_the_store_is_said_in_words(expert, clock):
    made = make.attached(expert)
    outside().storage.delete(session().get_one(m.Attachment, made).storage_key)
    with pytest.raises(NotFound, match="文件不存在或已损坏"):
        download(made, make.account_of(expert), clock)


def test_sizes_follow_the_parameters(db):
    assert attachments.rules(dt.date(2026, 11, 20))[PHOTO].megabytes == 2
