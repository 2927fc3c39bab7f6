import re

from console import models, scope
from console.columns import Base

CONTENTS = models.__doc__ or ""


def tables():
    return {mapper.local_table.fullname: mapper.class_ for mapper in Base.registry.mappers}


def test_the_contents_name_every_table_and_nothing_else():
    listed = set(re.findall(r"[a-z_]{4,}", re.sub(r"^\d .*?:", "", "\n".join(_contents_lines()), flags=re.M)))
    assert listed == set(tables())


def _contents_lines():
    lines = CONTENTS.split("Contents", 1)[1].split("\n\n", 1)[0].split("\n")[1:]
    return [re.sub(r"^\d [^:]*:", "", line) for line in lines]


def test_every_table_says_what_one_row_is():
    assert [name for name, cls in tables().items() if not (cls.__doc__ or "").strip()] == []


def test_every_table_is_declared_in_the_scope():
    for cls in tables().values():
        scope.rule_of(cls)


def test_a_model_holds_no_behaviour_but_its_name():
    own = {
        f"{cls.__name__}.{name}"
        for cls in tables().values()
        for name, value in vars(cls).items()
        if callable(value) and not name.startswith("__") and not isinstance(value, type)
    }
    assert own == set()


def test_every_constraint_has_a_name():
    for cls in tables().values():
        assert all(constraint.name for constraint in cls.__table__.constraints), cls


def test_a_column_that_is_shown_has_a_label():
    quiet = ("_index", "_hash", "id_tail", "lock_version", "storage_key", "sort_key")
    bare = [
        f"{name}.{column.name}"
        for name, cls in tables().items()
        for column in cls.__table__.columns
        if "label" not in column.info
        and not column.primary_key
        and not column.foreign_keys
        and not column.name.endswith(quiet)
        and column.name not in {"password_hash", "answer", "content", "gram", "created_at", "account_id", "region_code"}
    ]
    assert bare == []
