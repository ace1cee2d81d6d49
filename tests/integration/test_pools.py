"""Warm pools under load: they grow with it, and a burst is served from what they keep."""

from concurrent.futures import ThreadPoolExecutor

from eventually import eventually
from system import System

POOL = {"min_idle": 1, "target_idle": 2, "max_idle": 12}


def profile(system):
    runtimes = {runtime["language"]: runtime for runtime in system.status()["runtimes"]}
    return runtimes["python"]["profiles"][0]


def burst(system, jobs):
    with ThreadPoolExecutor(jobs) as pool:
        return [result.timing["start"] for result in
                pool.map(lambda _: system.client.execute("print(1)"), range(jobs))]


def test_a_pool_grows_with_its_load_and_serves_the_next_burst_hot():
    with System({"profiles": {"default": POOL}}) as system:
        assert profile(system)["target"] == 2
        first = burst(system, 10)
        assert "warm" in first, "ten at once are more than two parked workers can take"
        eventually(lambda: profile(system)["target"] >= 6, lambda: f"it grows: {profile(system)}")
        eventually(lambda: profile(system)["idle"] >= 6, lambda: f"it fills: {profile(system)}")
        assert burst(system, 6).count("hot") == 6
        assert profile(system)["target"] <= 12


def test_where_the_most_is_the_target_it_stays_as_it_is():
    with System({"profiles": {"default": POOL | {"max_idle": 2}}}) as system:
        burst(system, 10)
        system.settle()
        assert profile(system)["target"] == 2
