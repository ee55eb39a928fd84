"""The ledger: what every layer found about every claim, and what was not checked, in so many words.

Written to the page and to `ledger.json`, from the evidence alone.
"""

import json
from pathlib import Path

from docs.evidence import steps
from docs.markup import LAYERS

NUMBERS = ("digits", "width", "points", "detectable", "false_alarm", "samples", "error", "steps", "replayed", "attacked")
ONLY = {
    "tables": "on random finite tables only, where integrals are sums",
    "gaussians": "on Gaussian densities only",
}


COUNTS = ("tests", "seeds", "level", "alarms", "mutants", "detected", "skipped")


def recorded(*places: Path) -> dict:
    """What a run of minutes has left, from the first file that is there; {} where there is none."""
    for path in places:
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
    return {}


def entry(one: dict, mutated: dict | None, calibrated: dict | None) -> dict:
    """The line of one claim, from its evidence, the counts of its mutants and the error rates of its samples (None where there are none)."""
    found = list(steps(one["parts"] + one["stable"]))
    return {
        "name": one["name"],
        "title": one["title"],
        "holds": one["holds"],
        "verdict": one["verdict"]["status"],
        "as_expected": one["as_expected"],
        "layers": {
            layer["layer"]: {
                "verdict": layer["status"],
                "found": layer["summary"],
                "seconds": layer["seconds"],
                **{key: layer["details"][key] for key in NUMBERS if key in layer["details"]},
            }
            for layer in one["verdict"]["evidence"]
        },
        "steps": len(found),
        "rules": len({step["rule"] for step in found}),
        "axioms": [axiom["name"] for axiom in one["axioms"]],
        "mutants": mutated,
        "calibration": calibrated and {key: calibrated[key] for key in COUNTS},
        "seconds": one["seconds"],
        "not_checked": unchecked(one, mutated, calibrated),
    }


def unchecked(one: dict, mutated: dict | None, calibrated: dict | None) -> list[str]:
    """What was not checked of a claim, a sentence each."""
    sentences = []
    for silence in one["silent"]:
        if silence["layer"] == "trained":
            sentences.append(f"{LAYERS['trained']}: {silence['reason']}.")
        elif silence["parts"]:
            *first, last = map(str, silence["parts"])
            listed = f"parts {', '.join(first)} and {last}" if first else f"part {last}"
            sentences.append(f"{LAYERS[silence['layer']]} says nothing on {listed} of {len(one['parts'])}: {silence['reason']}.")
        else:
            sentences.append(f"{LAYERS[silence['layer']]} does not apply: {silence['reason']}.")
    found = list(steps(one["parts"] + one["stable"]))
    for step in found:
        if step["attack"] is None or step["attack"]["agreed"] is None:
            why = f": {step['attack']['reason']}" if step["attack"] else ""
            sentences.append(f"A step by {step['rule'].replace('_', ' ')} was replayed by its rule, but evaluated by no second way{why}.")
    for kind, where in ONLY.items():
        count = sum(bool(step["attack"]) and step["attack"]["kind"] == kind and step["attack"]["agreed"] is True for step in found)
        if count:
            sentences.append(f"{count} of {len(found)} steps {'was' if count == 1 else 'were'} confirmed {where}.")
    if mutated is None:
        sentences.append("No mutants of this claim were made for this build.")
    sampled = any(layer["layer"] == "monte_carlo" for layer in one["verdict"]["evidence"])
    if sampled and one["holds"] and calibrated is None:
        sentences.append("The error rates of its Monte Carlo tests are as proved, and were not counted for this build.")
    return sentences


def ledger(evidence: dict[str, dict], mutated: dict[str, dict], calibrated: dict[str, dict]) -> dict[str, dict]:
    """The entries of all claims by name."""
    return {name: entry(one, mutated.get(name), calibrated.get(name)) for name, one in evidence.items()}


def problems(evidence: dict[str, dict]) -> list[str]:
    """What in the evidence must fail a build, a line each: a layer that is undecided, or contradicts another."""
    found = []
    for name, one in evidence.items():
        for layer in one["verdict"]["evidence"]:
            if layer["status"] == "undecided":
                found.append(f"{name}: the layer {layer['layer']} is undecided: {layer['summary']}")
        if one["verdict"].get("contradiction"):
            found.append(f"{name}: its layers contradict each other ({', '.join(one['verdict']['contradiction'])})")
        if one["holds"]:
            for part in one["parts"] + one["stable"]:
                found += [f"{name}: {part['reason']}"] * (not part["ok"])
    return found
