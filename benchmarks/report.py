"""One table of all sizes: what was measured, beside what the database and the framework allow."""

from __future__ import annotations

from typing import Any

HEAD = (
    "| | tickets | server p10 / p50 / p95 ms | of it CPU | outside p50 / p95 ms | 1 client /s | 4 clients /s |"
    " statements | kB | SQL alone p50 ms | × | bare view p50 ms | × | bare 4 clients /s |"
)


def table(run: dict[str, Any]) -> str:
    sizes = [(one["tickets"], one["measured"]) for one in run["results"]]
    told = [f"{run['when']}, {run['machine']}", "", *lines(sizes), "", *run.get("arithmetic", ())]
    for one in run["results"]:
        if one["mails"]:
            told.append(
                f"Mails with {one['tickets']:,} tickets: {one['mails']['processed']} a second on tickets,"
                f" {one['mails']['accepted']} a second accepted."
            )
        told.append(f"A tag on 1,000 of {one['tickets']:,} tickets in one gesture: {one['bulk']} tickets a second.")
    for one in run["results"]:
        told += one.get("figures", ())
    for one in run["results"]:
        weights = ", ".join(f"{name} {max(each):.0f}" for name, each in one["memory"]["now"].items())
        highest = ", ".join(f"{name} {most:.0f}" for name, most in one["memory"]["highest"].items())
        told.append(
            f"Memory (PSS, MB, heaviest process of each) with {one['tickets']:,}: {weights}; at most: {highest}."
        )
    for one in run["results"]:
        told.append(f"Load average at the end with {one['tickets']:,}: {one['load'][0]:.1f} {one['load'][1]:.1f}.")
    return "\n".join(told + _growth(sizes))


def lines(sizes: list[tuple[int, dict[str, Any]]]) -> list[str]:
    """The table alone: each thing that was measured, in each size."""
    head = [HEAD, "|" + "---|" * (HEAD.count("|") - 1)]
    return head + [_line(name, tickets, measured[name]) for name in sizes[0][1] for tickets, measured in sizes]


def _line(name: str, tickets: int, m: dict[str, Any]) -> str:
    bare = m.get("bare", {})
    cells = [
        name,
        f"{tickets:,}",
        f"{m['app_p10']} / {m['app_p50']} / {m['app_p95']}",
        m["cpu_p50"],
        f"{m['wall_p50']} / {m['wall_p95']}",
        m.get("per_second_1", ""),
        m.get("per_second_4", ""),
        f"{m['statements']:.0f}"
        + (f" (≤ {m['statements_most']:.0f})" if m["statements_most"] > m["statements"] else ""),
        f"{m['bytes'] / 1000:.1f}",
        m["sql_alone_p50"],
        f"{m['app_p50'] / m['sql_alone_p50']:.1f}" if m["sql_alone_p50"] else "",
        bare.get("app_p50", ""),
        f"{m['app_p50'] / bare['app_p50']:.1f}" if bare else "",
        bare.get("per_second_4", ""),
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _growth(sizes: list[tuple[int, dict[str, Any]]]) -> list[str]:
    if len(sizes) < 2:
        return []
    (_small, first), (_large, last) = sizes[0], sizes[-1]
    parts = [f"{name} {last[name]['app_p50'] / first[name]['app_p50']:.2f}" for name in first]
    return ["", f"Server time with {sizes[-1][0]:,} against {sizes[0][0]:,} tickets: " + ", ".join(parts) + "."]
