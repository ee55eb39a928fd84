"""The ledger as a page: one line a claim, then what was not checked."""

from docs.markup import LAYERS, SIGNS, badge, front_matter, html_text, seconds, table

HEAD = """# Ledger

What every layer found about every claim in this build, and what it did not look at. The same as data:
[ledger.json](ledger.json). A build in which any layer is undecided fails, and so does one in which two layers
contradict each other.

Only a derivation speaks of the whole domain. The other layers look at points: ball arithmetic at six random
ones, Monte Carlo and the gradient at two, drawn anew for every seed and the same for the same one."""


ERRORS = """*Samples: errors found* counts statements made wrong by 1% that the claim's own Monte Carlo tests rejected, at
random points of its domain and with as many samples as show 1%, and *false alarms* the true statements that they
rejected, over thousands of seeds at reduced size and the stated level (`make calibration`)."""


def page(entries: dict[str, dict], bench: dict) -> str:
    """Markdown for `ledger.md`; `bench` is a record of `make bench`, or {}."""
    head = front_matter("Ledger", "What was checked of every claim, and what was not", ("navigation", "toc"))
    blocks = [head, HEAD, _numbers(entries), ERRORS, "## What is not checked", _unchecked(entries), *_speed(bench)]
    return "\n\n".join(blocks) + "\n"


def _numbers(entries: dict[str, dict]) -> str:
    shown = [layer for layer in LAYERS if any(layer in one["layers"] for one in entries.values())]
    header = ["Claim", "Verdict", *(LAYERS[layer] for layer in shown), "Axioms", "Time", "Mutants killed", "Samples: errors found"]
    rows = [
        [
            f'<a href="claims/{name}.html"><code>{name}</code></a>',
            badge(one["verdict"]),
            *(_cell(layer, one["layers"].get(layer)) for layer in shown),
            str(len(one["axioms"])),
            seconds(one["seconds"]),
            _mutants(one["mutants"]),
            _calibration(one["calibration"]),
        ]
        for name, one in entries.items()
    ]
    return table(header, rows, "ledger")


def _cell(layer: str, found: dict | None) -> str:
    """A layer's word in a few characters, with the number that measures it."""
    if found is None:
        return '<span class="discussion">–</span>'
    number = {
        "derivation": lambda: f"{found['replayed']} of {found['steps']} steps",
        "enclosure": lambda: f"{found['digits']:.0f} digits, width {found['width']:.0e}",
        "monte_carlo": lambda: f"sees errors of {found['detectable']:.2g}",
        "gradient": lambda: f"differ by {found['error']:.0e}" if found["error"] else "equal",
    }
    words = number[layer]() if layer in number and found["verdict"] not in ("refuted", "undecided") else found["verdict"]
    sign = f'<span class="sign sign-{found["verdict"]}" title="{found["verdict"]}">{SIGNS[found["verdict"]]}</span>'
    return f"{sign} {html_text(words)}"


def _mutants(mutated: dict | None) -> str:
    if mutated is None:
        return '<span class="discussion">not recorded</span>'
    return "<br>".join(
        f"{LAYERS.get(layer, layer)}: {one['killed']} of {one['killed'] + one['survived']}" for layer, one in mutated.items() if one["killed"] + one["survived"]
    )


def _calibration(counted: dict | None) -> str:
    if not counted or not counted["mutants"]:
        return f'<span class="discussion">{"not recorded" if counted is None else "–"}</span>'
    return f"{counted['detected']} of {counted['mutants']}, {counted['alarms']} false alarms in {counted['tests'] * counted['seeds']:,}"


def _speed(bench: dict) -> list[str]:
    """How fast the oracles were beside their peers; nothing where that was not measured."""
    if not bench:
        return []
    names = {"jax": "naive JAX", "torch": "torch.distributions", "scipy": "scipy.stats"}
    rows = [
        [f"sampling in {d} dimension{'s' if d != '1' else ''}", names[peer], f"{one['ratio']:.1f}" if "ratio" in one else html_text(one["missing"])]
        for d, found in bench["monte_carlo"].items()
        for peer, one in found.items()
        if peer in names
    ]
    rows += [[html_text(f"{one['case']}, {one['digits']} digits"), "mpmath", f"{one['ratio']:.0f}"] for one in bench["enclosures"]]
    ours = bench["monte_carlo"]["1"]["proofsheet"]
    text = (
        f"Measured on {bench['date']} on {bench['cores']} shared cores (`make bench`): {ours['samples']:,} samples in one dimension, each of them "
        f"checked, took {seconds(ours['seconds'])} and {ours['mebibytes']:.0f} MiB. Ratios are of the best of several rounds in turns."
    )
    return ["## How fast", text, table(["What", "Beside", "Times as fast"], rows)]


def _unchecked(entries: dict[str, dict]) -> str:
    """The sentences, those that many claims share said once."""
    claims: dict[str, list[str]] = {}
    for name, one in entries.items():
        for sentence in one["not_checked"]:
            claims.setdefault(sentence, []).append(name)
    rows = [
        [
            html_text(sentence),
            "every claim" if len(names) == len(entries) else ", ".join(f'<a href="claims/{name}.html"><code>{name}</code></a>' for name in names),
        ]
        for sentence, names in sorted(claims.items(), key=lambda item: -len(item[1]))
    ]
    return table(["Not checked", "Of"], rows, "unchecked")
