import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import regions
from console.rules.regions import Range
from console.vocabulary import RegionLevel

CODES = st.integers(110000, 829999).map(lambda number: f"{number:06d}")


@pytest.mark.parametrize(
    ("code", "lo", "hi"),
    [
        ("530000", "530000", "540000"),
        ("530100", "530100", "530200"),
        ("530102", "530102", "530103"),
        ("000000", "0", "~"),
        ("539900", "539900", "540000"),
        ("530199", "530199", "530200"),
        ("990000", "990000", "~"),
        ("999999", "999999", "~"),
    ],
)
def test_the_range_of_a_division(code, lo, hi):
    assert regions.range_of(code) == Range(lo, hi)


@pytest.mark.parametrize(
    "code", ["", "53", "5301", "53010", "5301020", "53010a", "５３０１００", "530100 ", "%", "530_00"]
)
def test_what_is_no_code_has_no_range(code):
    with pytest.raises(ValueError, match="not a division code"):
        regions.range_of(code)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("530000", RegionLevel.PROVINCE, None),
        ("530100", RegionLevel.PREFECTURE, "530000"),
        ("530102", RegionLevel.DISTRICT, "530100"),
        ("110101", RegionLevel.DISTRICT, "110000"),
        ("500229", RegionLevel.DISTRICT, "500000"),
        ("310151", RegionLevel.DISTRICT, "310000"),
        ("120119", RegionLevel.DISTRICT, "120000"),
        ("429004", RegionLevel.DISTRICT, "420000"),
        ("429021", RegionLevel.DISTRICT, "420000"),
        ("469030", RegionLevel.DISTRICT, "460000"),
        ("659012", RegionLevel.DISTRICT, "650000"),
        ("419001", RegionLevel.DISTRICT, "410000"),
        ("441900", RegionLevel.PREFECTURE, "440000"),
        ("460400", RegionLevel.PREFECTURE, "460000"),
        ("532300", RegionLevel.PREFECTURE, "530000"),
        ("710000", RegionLevel.PROVINCE, None),
    ],
)
def test_level_and_parent(code, level, parent):
    assert regions.level_of(code) is level
    assert regions.parent_code(code) == parent


def test_the_whole_country_is_no_division():
    with pytest.raises(ValueError, match="whole country"):
        regions.level_of("000000")


def test_ancestors_are_listed_from_the_division_upwards():
    assert regions.ancestors("530102") == ["530102", "530100", "530000"]
    assert regions.ancestors("429004") == ["429004", "420000"]


@given(CODES)
def test_a_division_lies_in_its_parent_and_everything_in_the_country(code):
    own = regions.range_of(code)
    assert regions.contains(own, code)
    assert regions.covers(regions.range_of("000000"), own)
    parent = regions.parent_code(code)
    if parent:
        assert regions.covers(regions.range_of(parent), own)
        assert not regions.covers(own, regions.range_of(parent))


@given(CODES, CODES)
def test_ranges_are_nested_or_apart_never_overlapping(one, other):
    first, second = regions.range_of(one), regions.range_of(other)
    nested = regions.covers(first, second) or regions.covers(second, first)
    apart = first.hi <= second.lo or second.hi <= first.lo
    assert nested != apart


@given(CODES, CODES)
def test_containing_a_code_means_sharing_its_leading_digits(outer, inner):
    kept = outer[:2] if outer.endswith("0000") else outer[:4] if outer.endswith("00") else outer
    assert regions.contains(regions.range_of(outer), inner) == inner.startswith(kept)


def test_kunming_does_not_see_qujing_and_the_province_sees_both():
    kunming, yunnan = regions.range_of("530100"), regions.range_of("530000")
    assert regions.contains(kunming, "530102")
    assert not regions.contains(kunming, "530302")
    assert regions.contains(yunnan, "530302")
    assert not regions.contains(yunnan, "520100")
    assert not regions.contains(yunnan, "540000")
