"""What a build found out about the claims, as JSON-ready dictionaries: the only thing that pages are written from.

One dictionary a claim: what its file says, the replay of its derivation (`parts`, with their steps, and the `stable`
forms that are compiled), its verdict with the evidence of every layer, how exact its compiled form is, and an example
that was run in this build.
"""

import importlib
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

from sympy import Eq

import derivations
import verify
from derivations.domains import AnyLaw, Vector
from derivations.enclose import precision
from derivations.enclose.points import random_point
from derivations.instance import is_abstract
from docs.accuracy import survey
from docs.typed import typed
from verify.case import describe
from verify.formula import FormulaError
from verify.layers import derivation
from verify.reader import in_plain_words
from verify.verdict import LAYERS


def gather(name: str) -> dict:
    """Verifies the claim `name` and returns all that its page shows."""
    with derivation.replays_kept():  # the page, its verdict and its example show one and the same
        return _gathered(name)


def _gathered(name):
    claim = derivations.claim(name)
    verifier = getattr(verify, name)
    verdict = verifier(layers=verifier.layers())
    replay = derivation.replayed(claim)
    return {
        "name": name,
        "chapter": claim.chapter,
        "title": claim.title,
        "summary": claim.summary,
        "holds": claim.holds,
        "truth": claim.truth,
        "unit": claim.unit,
        "parameters": [
            {
                "name": one.name,
                "latex": one.latex,
                "domain": one.domain.describe(one.name),
                "unit": one.unit,
                "shape": one.shape,
                "meaning": one.meaning,
            }
            for one in claim.parameters
        ],
        "values": _values(claim),
        "laws": [one.name for one in claim.parameters if isinstance(one.domain, AnyLaw)],
        "instance": [
            {"abstract_latex": derivations.latex(abstract), "concrete_latex": derivations.latex(concrete)}
            for abstract, concrete in claim.instance.items()
            if abstract != concrete
        ],
        "conditions": list(claim.conditions),
        "sources": list(claim.sources),
        "axioms": [
            {"name": one.name, "statement": one.statement, "source": one.source, "condition": one.condition} for one in claim.axioms
        ],
        "uses": list(claim.uses),
        "used_by": list(claim.used_by),
        "parts": [_part(part) for part in replay.parts],
        "stable": [_part(part) for part in replay.stable],
        "accuracy": survey(name),
        "verdict": verdict.to_dict(),
        "silent": _silent(claim),
        "example": example(name, _counterexample(verdict)),
        "reader": reader(name),
        "as_expected": bool(verdict.as_expected),
        "seconds": sum(one.seconds for one in verdict.evidence),
    }


def example(name: str, arguments: dict | None = None) -> dict:
    """Calls `verify.NAME` and returns the code of the call with what it printed and found.

    Without `arguments` the call is made at a point of the claim's domain, the same in every build.
    """
    if arguments is None:
        arguments = _point(derivations.claim(name))
    laws = any(isinstance(value, Normal) for value in arguments.values())
    call = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    verdict = getattr(verify, name)(**{key: value.frozen() if isinstance(value, Normal) else value for key, value in arguments.items()})
    imports = "import verify\nfrom scipy.stats import norm\n" if laws else "import verify\n"
    return {
        "code": f"{imports}\nverdict = verify.{name}({call})\nprint(verdict)",
        "point": call,
        "output": str(verdict),
        "verdict": verdict.to_dict(),
    }


def reader(name: str) -> dict:
    """A formula that a reader might type for the claim's right side, with what `verify.NAME(claim=...)` says of it.

    `formula` is "" where no formula of this statement can be typed; `reason` then says why.
    """
    claim = derivations.claim(name)
    truth = claim if claim.holds else derivations.claim(claim.truth)
    if len(truth.value) > 1:
        key, right = list(truth.value.items())[-1]
        start = f"{key} = "
    else:
        right, start = next(iter(truth.value.values()), truth.parts[0].statement.rhs), ""
    if not truth.value and not isinstance(truth.parts[0].statement, Eq):
        return {"formula": "", "reason": "the statement is an inequality, and has no closed form to type", "output": ""}
    if is_abstract(right):
        return {"formula": "", "reason": "its right side speaks of any densities, and is no formula in numbers", "output": ""}
    formula = start + typed(in_plain_words(right), truth)
    try:
        verdict = getattr(verify, name)(claim=formula)
    except (FormulaError, TypeError):  # a shape or a word that the reader of formulas does not know yet
        verdict = None
    if not verdict:
        return {"formula": "", "reason": "its right side has words that cannot be typed yet", "output": ""}
    return {"formula": formula, "reason": "", "output": str(verdict)}


def _values(claim) -> list[dict]:
    """The named values of a claim without parameters, to ten digits that are certain."""
    if claim.parameters:
        return []
    point = random_point(claim, random.Random(0))
    with precision(128):
        return [{"name": name, "value": point.evaluate(expr).real.str(10, radius=False)} for name, expr in claim.value.items()]


def _silent(claim) -> list[dict]:
    """The layers that have nothing to say, each with its reason: on the whole claim, or on some of its parts (numbered from 1)."""
    found = []
    for layer in LAYERS:
        applies = importlib.import_module(f"verify.layers.{layer}").applies
        if reason := applies(claim):
            found.append({"layer": layer, "reason": reason, "parts": []})
            continue
        parts = {}
        for number, part in enumerate(claim.parts, 1):
            if reason := applies(replace(claim, parts=(part,))):
                parts.setdefault(reason, []).append(number)
        found += [{"layer": layer, "reason": reason, "parts": numbers} for reason, numbers in parts.items()]
    return found


def _counterexample(verdict) -> dict | None:
    """The arguments at which a verdict found a false statement to fail; None where it has no such numbers."""
    arguments = (verdict.counterexample or {}).get("at")
    return arguments if arguments and not any(isinstance(value, str) for value in arguments.values()) else None


@dataclass(frozen=True)
class Normal:
    """A Gaussian law as an argument, written as SciPy's."""

    mu: float
    sigma: float

    def __repr__(self):
        return f"norm({self.mu}, {self.sigma})"

    def frozen(self):
        """SciPy's frozen distribution of mean `mu` and standard deviation `sigma`."""
        from scipy.stats import norm

        return norm(self.mu, self.sigma)


def _point(claim) -> dict:
    """One value for each parameter, drawn from its domain by the claim's name."""
    point = random_point(claim, random.Random(claim.name))
    arguments = {key: _rounded(value) for key, value in describe(claim, point).items()}
    for one in claim.parameters:
        if one.symbol in point.instance:
            law = point.instance[one.symbol]
            mu, sigma = (round(float(point.values[symbol]), 9) for symbol in (law.mu, law.sigma))
            arguments[one.name] = Normal(mu, sigma)
        elif isinstance(one.domain, Vector):  # a column of a matrix is a vector for the caller
            arguments[one.name] = [entry[0] if isinstance(entry, list) else entry for entry in arguments[one.name]]
    return arguments


def _rounded(value):
    return [_rounded(one) for one in value] if isinstance(value, list) else round(value, 9) if isinstance(value, float) else value


def write(evidence: list[dict], folder: Path) -> None:
    """One JSON file a claim in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in evidence:
        (folder / f"{one['name']}.json").write_text(json.dumps(one, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def read(folder: Path) -> dict[str, dict]:
    """The evidence that `write` left in `folder`, by the claim's name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def look_up(evidence: dict, source: str):
    """What stands at a path such as `parts.0.steps.2.after_latex`.

    Raises:
        KeyError: if nothing stands there.
    """
    found = evidence
    for key in source.split("."):
        try:
            found = found[int(key)] if isinstance(found, list) else found[key]
        except (KeyError, IndexError, TypeError, ValueError):
            raise KeyError(f"the evidence of {evidence['name']} has nothing at {source}") from None
    return found


def steps(parts: list[dict]):
    """All steps of `parts`, those inside inductions included."""
    for part in parts:
        for step in part["steps"]:
            yield step
            yield from steps(step["inner"])


def _part(part) -> dict:
    return {
        "title": part.title,
        "statement_latex": part.statement_latex,
        "ok": part.ok,
        "reason": part.reason,
        "steps": [_step(step) for step in part.steps],
    }


def _step(step) -> dict:
    attack = step.attack
    return {
        "number": step.number,
        "relation": step.relation,
        "rule": step.rule,
        "rule_doc": step.rule_doc,
        "before_latex": step.before_latex,
        "after_latex": step.after_latex,
        "remark": step.remark,
        "replayed": step.replayed,
        "reason": step.reason,
        "attack": attack
        and {
            "kind": attack.kind,
            "points": attack.points,
            "agreed": attack.agreed,
            "digits": attack.digits,
            "reason": attack.reason,
        },
        "inner": [_part(part) for part in step.inner],
    }
