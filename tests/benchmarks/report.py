"""The results as tables for people."""

from tests.benchmarks.documents import CASES


def lines(results):
    """Yield the lines of every table that has something in it."""
    names = list(results["engines"])
    yield f"{results['machine']}"
    yield from _steps(results["steps"], names)
    for what, table in results["growth"].items():
        yield ""
        yield f"{what:24}" + "".join(f"{value:>12}" for value in table)
        for name in names:
            found = [times.get(name) for times in table.values()]
            if any(found):
                yield f"  {name:22}" + "".join(f"{t['best_ms']:>9.2f} ms" if t else " " * 12 for t in found)
    if any(results["start"].values()):
        yield ""
        yield f"{'start':24}{'import':>10}{'cold step':>12}{'warm step':>12}{'peak':>10}"
        for name, s in results["start"].items():
            if s:
                yield (
                    f"  {name:22}{s['import_s']:>8.2f} s{s['first_step_cold_s']:>10.2f} s"
                    f"{s['first_step_warm_s']:>10.2f} s{s['peak_mb']:>7.0f} MB"
                )
    if results["peaks"]:
        yield ""
        yield f"BLAS peak here: {results['peaks']['peak_gflops']:.0f} GFLOP/s"
        for name in ("cnn", "lstm"):
            if name in results["peaks"]:
                p = results["peaks"][name]
                yield f"  {CASES[name].title}: {p['gflops']:.0f} GFLOP/s, {p['share']:.0%} of it"
    yield ""
    yield f"{'budget':46}{'measured':>26}{'allowed':>12}"
    for what, measured, allowed, verdict in results["budgets"]:
        yield f"  {what:44}{measured:>26}{allowed:>12}  {verdict}"


def _steps(steps, names):
    yield ""
    yield "milliseconds a step: best round (median), and teachkeras's best ÷ its best"
    yield f"{'':60}" + "".join(f"{name:>26}" for name in names)
    for name, times in steps.items():
        ours = times.get("teachkeras", {}).get("best_ms")
        cells = []
        for engine in names:
            t = times.get(engine)
            ratio = f" {ours / t['best_ms']:5.2f}" if t and ours and engine != "teachkeras" else " " * 6
            cells.append(f"{t['best_ms']:8.2f} ({t['median_ms']:7.2f}){ratio}" if t else "–")
        yield f"{CASES[name].title:60}" + "".join(f"{cell:>26}" for cell in cells)
