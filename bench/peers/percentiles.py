"""Exact percentiles: the nearest rank, nothing interpolated."""


def nearest_rank(samples, permille):
    """The smallest sample that at least so many thousandths of all do not exceed."""
    ordered = sorted(samples)
    rank = -(-len(ordered) * permille // 1000)
    return ordered[max(rank, 1) - 1]
