"""What the figures of ``billing`` are to be, and how they are printed."""

from tooling.steps import say

# {figure: (at least or at most, the goal, in what)}
GOALS = {
    "ratio_oca": (">=", 15, "× OCA, prepare and confirm"),
    "ratio_plain": (">=", 12, "× create and post, prepare and confirm"),
    "ratio_oca_posting": (">=", 25, "× OCA, create and post alone"),
    "ledgers_equal": (">=", True, "the three ledgers"),
    "undo_of_2155_s": ("<=", 60, "s, undo of 2,155 invoices"),
    "two_processes_ratio": (">=", 1.7, "× one process"),
    "large_cost_ratio": ("<=", 1.15, "× the cost of an invoice at 1,000 units"),
    "large_peak_mib": ("<=", 1536, "MiB"),
    "large_prepare_s": ("<=", 20, "s, preview of 20,000 units"),
    "other_invoice_longest_s": ("<=", 2, "s, another user's invoice meanwhile"),
    "tiered_per_minute": (">=", 1_000_000, "lines a minute"),
    "shared_per_minute": (">=", 1_000_000, "lines a minute"),
    "counter_12_charges_s": ("<=", 1, "s, payment of 12 charges"),
    "collection_million_s": ("<=", 2, "s, report over a million charges"),
}
# how many of each the goals are meant for
FULL = {"invoices": 1000, "units": 20_000}


def tell(figures):
    """Print the goals with what was measured, those that were missed last."""
    for name, meant in FULL.items():
        if figures.get(name, meant) < meant:
            say(f"a small run: the goals are meant for {meant} {name}")
    rows = []
    for name, (bound, goal, unit) in GOALS.items():
        if name in figures:
            value = figures[name]
            met = value >= goal if bound == ">=" else value <= goal
            word = "met" if met else "MISSED"
            rows.append((met, f"{word}: {name} = {value} ({bound} {goal} {unit})"))
    for _met, line in sorted(rows, key=lambda row: not row[0]):
        say(line)
