import time_machine

from console.adapters.clock import SystemClock
from console.ports import Clock


@time_machine.travel("2026-03-01T00:30:00+08:00", tick=False)
def test_the_present_is_told_in_utc_and_aware():
    clock: Clock = SystemClock()
    now = clock.now()
    assert now.isoformat() == "2026-02-28T16:30:00+00:00"
