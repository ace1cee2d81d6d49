#!/usr/bin/env python3
"""Draws what `brood bench --json` measured: a picture for each subject, and a page of them all."""

import argparse
import base64
import html
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (the backend must be chosen first)

LOG_MICROS = {"label": "µs, logarithmic", "scale": "log"}
LOG_CLIENTS = {"label": "clients, logarithmic", "scale": "log"}
JOBS_PER_SECOND = {"label": "jobs per second"}
POINTS_OF_CDF = 200

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>brood bench</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
img {{ width: 100%; margin: 1rem 0; }}
table {{ border-collapse: collapse; }}
td, th {{ text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ddd; }}
td.number {{ text-align: right; }}
p {{ color: #666; }}
</style>
<h1>brood bench</h1>
<p>{machine}. Floors of the machine, dashed, were measured in the same run: trust the ratios, not
the microseconds.</p>
{pictures}
{goals}
</html>
"""


def percentile(samples, percent):
    """The nearest rank, as the bench's own tables have it."""
    ordered = sorted(samples)
    return max(ordered[max(0, -(-len(ordered) * percent // 100) - 1)], 0.1)


class Figure:
    """One diagram of lines."""

    def __init__(self, title, across, up):
        self._figure, self._axes = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
        self._axes.set_title(title, loc="left")
        for axis, put in ((across, "x"), (up, "y")):
            getattr(self._axes, f"set_{put}label")(axis["label"])
            getattr(self._axes, f"set_{put}scale")(axis.get("scale", "linear"))
        self._axes.grid(True, alpha=0.3)
        self._axes.spines[["top", "right"]].set_visible(False)
        self._lines = 0

    def line(self, name, points, dashed=False, marker="o"):
        points = [point for point in points if point[1] is not None]
        if not points:
            return
        self._lines += 1
        self._axes.plot(*zip(*points), label=name, linestyle="--" if dashed else "-",
                        marker=marker, markersize=4)

    def finished(self):
        """Returns the figure, or None if nothing of it was measured."""
        if self._lines == 0:
            pyplot.close(self._figure)
            return None
        self._axes.legend(frameon=False, fontsize="small")
        return self._figure


def bars(title, unit, rows, reference=None):
    """Draws rows of (group, title, value), one colour for each group."""
    if not rows:
        return None
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.28 * len(rows)), layout="constrained")
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    colours = [f"C{groups.index(group) % 10}" for group, _, _ in rows]
    drawn = axes.barh(range(len(rows)), [value for _, _, value in rows], color=colours)
    axes.bar_label(drawn, fmt="%.3g", padding=3, fontsize="small")
    axes.set_yticks(range(len(rows)), [f"{group}: {name}" for group, name, _ in rows],
                    fontsize="small")
    axes.invert_yaxis()
    axes.set_title(title, loc="left")
    axes.set_xlabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    if reference is not None:
        axes.axvline(reference, color="#666", linestyle="--", linewidth=1)
    return figure


def median(series):
    return series["us"]["p50"] if series and series["us"] else None


def cdf(samples):
    ordered = sorted(samples)
    count = min(POINTS_OF_CDF, len(ordered))
    ranks = [number * len(ordered) // count for number in range(1, count + 1)]
    return [(max(ordered[rank - 1], 0.1), 100 * rank / len(ordered)) for rank in ranks]


def latency(report, title, keys, floors):
    figure = Figure(title, LOG_MICROS, {"label": "% of jobs answered within"})
    for key in (*keys, *floors):
        series = report["latency"].get(key)
        if series and series["samples_us"]:
            figure.line(series["title"], cdf(series["samples_us"]), dashed=key in floors,
                        marker=None)
    return figure.finished()


def throughput(report):
    figure = Figure("Clients without a pause", LOG_CLIENTS, JOBS_PER_SECOND)
    for transport in ("RPC", "HTTP"):
        points = [each for each in report["throughput"] if each["transport"] == transport]
        figure.line(transport, [(point["clients"], point["jobs_per_second"]) for point in points])
    return figure.finished()


def latency_under_load(report):
    figure = Figure("What each of them waits", LOG_CLIENTS, LOG_MICROS)
    for name in ("p50", "p99"):
        for transport in ("RPC", "HTTP"):
            figure.line(f"{transport}, {name}",
                        [(point["clients"], point["us"][name]) for point in report["throughput"]
                         if point["transport"] == transport and point["us"]], dashed=name == "p99")
    return figure.finished()


def open_loop(report):
    figure = Figure("Jobs that come at a fixed rate, from when they were due", JOBS_PER_SECOND,
                    LOG_MICROS)
    points = [each for each in report["open_loop"] if each["us"]]
    for name in ("p50", "p90", "p99"):
        figure.line(name, [(point["jobs_per_second"], point["us"][name]) for point in points])
    return figure.finished()


def sizes(report):
    figure = Figure("A hot job by the size of what goes in or comes out",
                    {"label": "bytes, logarithmic", "scale": "log"}, LOG_MICROS)
    kinds = dict.fromkeys((point["part"], point["transport"]) for point in report["sizes"])
    for part, transport in kinds:
        points = [each for each in report["sizes"]
                  if (each["part"], each["transport"]) == (part, transport)]
        figure.line(f"{part} over {transport}",
                    [(point["bytes"], median(point)) for point in points],
                    dashed=transport == "HTTP")
    return figure.finished()


def bursts(report):
    figure = Figure("Jobs that come at one moment, on a full pool",
                    {"label": "jobs, logarithmic", "scale": "log"},
                    {"label": "ms, logarithmic", "scale": "log"})
    for name, key in (("all answered", "all_answered_us"),
                      ("pool full again", "pool_full_again_us")):
        points = [each for each in report["bursts"] if each[key]]
        figure.line(name, [(point["jobs"], percentile(point[key], 50) / 1e3) for point in points])
    return figure.finished()


def trace(report):
    stages = report["trace"]["stages"] if report["trace"] else []
    rows = []
    for stage, following in zip(stages, [*stages[1:], None]):
        # Where the parts of a stage are known they are drawn instead of it.
        has_parts = following and following["is_part"] and following["us"]
        if stage["us"] and (stage["is_part"] or not has_parts):
            rows.append((stage["process"], stage["title"], stage["us"]["p50"]))
    return bars("Where the time of a hot job over HTTP goes, p50", "µs", rows)


def heaps(report):
    figure = Figure("One job at a time, by the memory of its zygote",
                    {"label": "MB of touched memory, logarithmic", "scale": "log"}, LOG_MICROS)
    variants = [each for each in report["variants"].values()
                if each["group"] == "heaps" and each["zygote_kib"]]
    for name, key in (("hot", "hot"), ("warm: forked for the job", "warm"),
                      ("bare fork, exit and wait, 4 KiB pages", "equal_fork")):
        figure.line(name, [(each["zygote_kib"] / 1024, median(each[key])) for each in variants],
                    dashed=key == "equal_fork")
    return figure.finished()


def ablation(report, title, value):
    variants = list(report["variants"].values())
    base = value(variants[0]) if variants else None
    if not base:
        return None
    rows = [(each["group"], each["title"], value(each) / base) for each in variants
            if each["group"] not in ("", "heaps") and value(each)]
    return bars(title, "× default", rows, reference=1)


def pictures_of(report):
    """Returns the figures of all that was measured, by the name of their files."""
    figures = {
        "latency": latency(report, "One job at a time",
                           ("rpc_hot", "http_hot", "rpc_warm", "rpc_cold"),
                           ("ping_pong", "fork_exit", "native")),
        "latency-pandas": latency(report, "A job that imports numpy and pandas",
                                  ("pandas_hot", "pandas_typical_hot", "pandas_warm",
                                   "pandas_cold"), ("pandas_native",)),
        "throughput": throughput(report),
        "latency-under-load": latency_under_load(report),
        "open-loop": open_loop(report),
        "sizes": sizes(report),
        "bursts": bursts(report),
        "trace": trace(report),
        "heaps": heaps(report),
        "ablation-hot": ablation(report, "A hot job's median, each with one thing otherwise",
                                 lambda each: median(each["hot"])),
        "ablation-cpu": ablation(report, "CPU time of a job with what comes before and after it",
                                 lambda each: each["cpu_us_per_job"]),
    }
    return {name: figure for name, figure in figures.items() if figure}


def goals_table(report):
    rows = []
    for goal in report["goals"]:
        kind = "at_most" if "at_most" in goal else "at_least"
        bound = f"{'≤' if kind == 'at_most' else '≥'} {goal[kind]:g}"
        rows.append(f"<tr><td>{goal['number']}</td><td>{html.escape(goal['title'])}</td>"
                    f"<td class=number>{goal['value']:.3g}</td><td class=number>{bound}</td>"
                    f"<td>{'met' if goal['met'] else 'not met'}</td></tr>")
    head = "<tr><th>goal</th><th></th><th>value</th><th>bound</th><th></th></tr>"
    return f"<table>{head}{''.join(rows)}</table>" if rows else ""


def write_page(report, pictures, path):
    shown = []
    for picture in pictures:
        text = base64.b64encode(picture.read_bytes()).decode()
        shown.append(f'<img alt="{picture.stem}" src="data:image/svg+xml;base64,{text}">')
    machine = (f"Brood {report['version']}, {report['isolation']}; {report['cpus']} CPUs, "
               f"Linux {report['kernel']}")
    path.write_text(PAGE.format(machine=html.escape(machine), pictures="\n".join(shown),
                                goals=goals_table(report)), encoding="utf-8")


def read_report(path):
    try:
        report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"{path}: {error}")
    if not isinstance(report, dict) or "latency" not in report or "goals" not in report:
        sys.exit(f"{path} is not a report of `brood bench --json`")
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", help="what `brood bench --json FILE` wrote")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("."),
                        help="where bench.html and NAME.svg go (default: here)")
    parser.add_argument("--png", action="store_true", help="also write each picture as NAME.png")
    arguments = parser.parse_args()
    report = read_report(arguments.report)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, figure in pictures_of(report).items():
        path = arguments.folder / f"{name}.svg"
        figure.savefig(path)
        if arguments.png:
            figure.savefig(path.with_suffix(".png"), dpi=130)
        pyplot.close(figure)
        written.append(path)
    write_page(report, written, arguments.folder / "bench.html")


if __name__ == "__main__":
    main()
