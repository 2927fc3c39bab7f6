"""A world for measuring: python bench/generate.py URL NUMBER, or ``fill(connection, number)``.

The same experts for the same number: names from seeds/names.yaml, the real districts of Yunnan, 1 to 4 specialties of
the real catalogue each. Rows go in by COPY with the triggers off; fragments follow in one statement.
"""

import datetime as dt
import io
import random
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import yaml

from console.adapters.database_roles import connect
from console.rules.masking import mask_id_number, mask_phone
from console.services import readings

ROOT = Path(__file__).resolve().parents[1]
EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
STATES = ["in_pool"] * 60 + ["reviewing"] * 12 + ["approved"] * 6 + ["expired"] * 12 + ["new"] * 8 + ["terminated"] * 2
TITLES = [("full_senior", "正高级工程师"), ("senior", "高级工程师"), ("senior", "副教授"), ("intermediate", "工程师")]
EMPLOYERS = ["云岭化工设计研究院有限公司", "滇中职业健康检测评价中心", "昆明烟花爆竹安全检测站"]
EXPERT = (
    "programme_id, region_code, pool_state, name, sort_key, id_mask, id_tail, id_index, phone_cc, phone_mask,"
    " phone_index, ethnicity, school, major, title_level, title, qualification, employer, position, employer_address,"
    " mailing_address, email, occupation, health, resume, achievements, bad_record, last_certificate_until, long_term,"
    " updated_at, created_at, lock_version"
)
GRAMS = """
INSERT INTO expert_gram (gram, created_at, expert_id, region_code)
SELECT DISTINCT substr(lower(name), start, size), created_at, id, region_code
FROM expert, generate_series(1, 4) AS size, generate_series(1, 12) AS start
WHERE start + size - 1 <= char_length(name)
"""


def fill(url: str, number: int) -> None:
    """Insert the experts as the owner of the tables; the reference data must be there."""
    readings.use_readings(ROOT / "seeds")
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        for table in ("expert", "expert_specialty"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _copy(cursor, "expert", EXPERT, _experts(cursor, number))
        _copy(
            cursor,
            "expert_specialty",
            "expert_id, node_id, field_id, industry_id, region_code, created_at",
            _specialties(cursor),
        )
        cursor.execute(GRAMS)
        for table in ("expert", "expert_specialty"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")


def _copy(cursor, table, columns, lines):
    buffer = io.StringIO()
    for values in lines:
        buffer.write("\t".join("\\N" if value is None else str(value) for value in values) + "\n")
    buffer.seek(0)
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", buffer)


def _experts(cursor, number):
    chance = random.Random(20261120)
    words = yaml.safe_load((ROOT / "seeds/names.yaml").read_text(encoding="utf-8"))
    surnames, given = _parts(words)
    cursor.execute("SELECT id FROM programme WHERE code = 'yunnan'")
    programme = cursor.fetchone()[0]
    cursor.execute("SELECT code FROM region WHERE code ~ '^53' AND level = 'district' ORDER BY code")
    regions = [row[0] for row in cursor.fetchall()]
    for n in range(number):
        name = chance.choice(surnames) + chance.choice(given) + (chance.choice(given) if chance.random() < 0.75 else "")
        region, state, (level, title) = chance.choice(regions), chance.choice(STATES), chance.choice(TITLES)
        mobile, person = f"199{n:08d}", f"{region}19{60 + n % 35:02d}0{1 + n % 9}1{n % 9}{n % 10000:04d}"[:18]
        long_term = state == "in_pool" and chance.random() < 0.3
        until = None if long_term or state in ("new", "reviewing", "approved") else _day(chance, state)
        made = EPOCH + dt.timedelta(seconds=n * 37 % (6 * 365 * 86400), microseconds=n)
        yield (
            programme, region, state, name, readings.name_key(name), mask_id_number(person), f"{n % 10000:064d}",
            f"{n:064d}", "86", mask_phone(mobile), f"{n:064d}", "汉族", "滇池理工大学", "化学工程与工艺", level, title,
            "", chance.choice(EMPLOYERS), *[""] * 8, "f", until, "t" if long_term else "f", made, made, 1,
        )  # fmt: skip


def _day(chance, state):
    base = dt.date(2026, 11, 20)
    return (
        base - dt.timedelta(days=chance.randint(1, 900))
        if state == "expired"
        else base + dt.timedelta(days=chance.randint(1, 3600))
    )


def _parts(words):
    surnames = [row["name"] for row in words["surnames"] for _time in range(max(1, row["weight"] // 50))]
    signs = "志远丽娟映波国栋晓燕增荣家骏以宁文昌明辉建华永强春梅海涛雪峰云飞玉兰成龙"
    return surnames, sorted(set(signs))


def _specialties(cursor):
    chance = random.Random(20261121)
    cursor.execute(
        "SELECT leaf.id, field.id, field.parent_id FROM taxonomy_node leaf JOIN taxonomy_node field"
        " ON field.id = leaf.parent_id WHERE leaf.level = 3 AND leaf.selectable ORDER BY leaf.id"
    )
    leaves = cursor.fetchall()
    cursor.execute("SELECT id, region_code, created_at FROM expert ORDER BY id")
    for expert, region, made in cursor.fetchall():
        for node, field, industry in chance.sample(leaves, chance.choice((1, 1, 2, 2, 3, 4))):
            yield expert, node, field, industry, region, made


if __name__ == "__main__":
    if len(sys.argv) == 3:
        fill(sys.argv[1], int(sys.argv[2]))
    else:
        print(__doc__)
