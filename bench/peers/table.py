"""Writes the measurements as a table for people, and as JSON."""

from percentiles import nearest_rank

CLASSES = {"a": "fresh interpreter per job", "b": "pooled container, fresh interpreter",
           "c": "pre-initialised, single use"}


def figures(peer):
    """The summary of one peer's samples, in microseconds."""
    samples = peer.samples_us
    return {"name": peer.name, "version": peer.version, "class": peer.kind,
            "missing": peer.missing, "runs": len(samples),
            "p50_us": nearest_rank(samples, 500), "p90_us": nearest_rank(samples, 900),
            "p99_us": nearest_rank(samples, 990),
            "jobs_per_second_per_cpu": peer.jobs_per_second_per_cpu}


def compared(rows, name="brood"):
    """How many times as long as Brood each takes, and how many times as many jobs Brood does."""
    ours = next((row for row in rows if row["name"] == name), None)
    for row in rows:
        row["times_brood"] = row["p50_us"] / ours["p50_us"] if ours else None
        rates = (ours or {}).get("jobs_per_second_per_cpu"), row["jobs_per_second_per_cpu"]
        row["brood_jobs_times"] = rates[0] / rates[1] if all(rates) else None
    return rows


# Hot latency and rate of print(1): times as quick, times as many, by class.
GOALS = {"a": (10, 3), "b": (5, None)}


def goals(rows, name="brood"):
    """How far ahead of the best of each class, with what is aimed at."""
    reached = []
    if not any(row["name"] == name for row in rows):
        return reached
    for kind, (latency, rate) in GOALS.items():
        others = [row for row in rows if row["class"] == kind]
        for key, title, bound in (("times_brood", "latency", latency),
                                  ("brood_jobs_times", "jobs/s per CPU", rate)):
            values = [(row[key], row["name"]) for row in others if row[key] is not None]
            if bound and values:
                value, best = min(values)
                reached.append({"class": kind, "what": title, "best": best, "value": value,
                                "at_least": bound, "met": value >= bound})
    return reached


def three_digits(value):
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def text(rows, absent):
    """Aligned columns, a line per peer, then what each lacks and who could not take part."""
    lines = [["peer", "class", "runs", "p50 µs", "p90", "p99", "× Brood", "jobs/s per CPU",
              "Brood's ×"]]
    for row in rows:
        lines.append([f"{row['name']} {row['version']}", row["class"], f"{row['runs']:,}",
                      three_digits(row["p50_us"]), three_digits(row["p90_us"]),
                      three_digits(row["p99_us"]), three_digits(row["times_brood"]),
                      three_digits(row["jobs_per_second_per_cpu"]),
                      three_digits(row["brood_jobs_times"])])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    out = ["  ".join([line[0].ljust(widths[0])]
                     + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])])
           for line in lines]
    out.append("")
    out += [f"class {key}: {meaning}" for key, meaning in CLASSES.items()
            if any(row["class"] == key for row in rows)]
    out.append("")
    out += [f"{row['name']} lacks: {', '.join(row['missing'])}" for row in rows if row["missing"]]
    out += [f"{name} did not take part: {why}" for name, why in absent]
    reached = goals(rows)
    out += [""] if reached else []
    out += [f"class {goal['class']}, {goal['what']}: {three_digits(goal['value'])} × the best, "
            f"{goal['best']}; goal ≥ {goal['at_least']}: {'met' if goal['met'] else 'not met'}"
            for goal in reached]
    return "\n".join(out) + "\n"
