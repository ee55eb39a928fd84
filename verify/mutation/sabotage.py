"""The checker broken on purpose, one thing at a time: which test notices?

Each sabotage is a line of code that is run at the end of one module as it is imported, in a process of its own; the
tests that should notice are then run there until the first of them fails.
"""

import importlib.abc
import importlib.machinery
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sabotage:
    """What is broken, in words; the module; the code at its end; the tests that are asked, in order."""

    name: str
    module: str
    code: str
    tests: tuple


_CHECKER, _ELBO, _GAN = "tests/test_checker.py", "tests/test_rules_elbo.py", "tests/test_rules_gan.py"
_REPARAM, _DIFFUSION, _GAUSS = "tests/test_rules_reparam.py", "tests/test_rules_diffusion.py", "tests/test_rules_gauss.py"
_FAILURES, _NOISING, _TRANSPORT = "tests/test_oracle_failures.py", "tests/test_rules_noising.py", "tests/test_rules_transport.py"
_MUTANTS, _VERDICT, _API = "tests/test_mutants_checker.py", "tests/test_verdict.py", "tests/test_script_api.py"
_RULES, _LAYERS = "derivations.rules.", "verify.layers."
_NO_CONDITION = "require = lambda self, context, *more: None"

_ALL = (
    # conditions that rules need
    Sabotage("pointwise optimum without its conditions", _RULES + "optimum", f"pointwise_optimum.{_NO_CONDITION}", (_MUTANTS,)),
    Sabotage("optimum over laws without its condition", _RULES + "optimum", "attained_by_law.needs = ()", (_MUTANTS,)),
    Sabotage("derivative and integral exchanged without the condition", _RULES + "differentiation", "derivative_inside.needs = ()", (_MUTANTS,)),
    Sabotage("sign of the slope without its condition", _RULES + "pushforward", "monotone_slope.needs = ()", (_MUTANTS,)),
    Sabotage("differentiation asks for no condition", _RULES + "differentiation", f"differentiation.{_NO_CONDITION}", (_MUTANTS,)),
    Sabotage("fundamental theorem asks for no condition", _RULES + "differentiation", f"fundamental_theorem.{_NO_CONDITION}", (_MUTANTS,)),
    Sabotage("monotone event asks for no condition", _RULES + "pushforward", f"monotone_event.{_NO_CONDITION}", (_MUTANTS,)),
    Sabotage("no rule asks for a condition", _RULES + "rule", f"Rule.{_NO_CONDITION}", (_MUTANTS,)),
    # guards of rules
    Sabotage("everything is a density", _RULES + "densities", "is_density = lambda expr, variable: True", (_ELBO,)),
    Sabotage("densities are none, and the rest are", _RULES + "densities", "_was = is_density\ndef is_density(e, v): return not _was(e, v)", (_ELBO,)),
    Sabotage("every term of a sum is nonnegative", _RULES + "nonnegative", "_nonnegative = lambda factor: True", (_REPARAM, _GAN)),
    Sabotage("u <= v for all u and v", _RULES + "inequalities", "_below = lambda u, v: True", (_ELBO,)),
    Sabotage("bounds replace terms of any sign", _RULES + "inequalities", "from sympy import Expr\nBound.replay = _replay_any_sign", (_ELBO,)),
    Sabotage("every second derivative has the right sign", _RULES + "optimum", "_sign = _always_right", (_MUTANTS,)),
    Sabotage("every candidate law is admitted", _RULES + "optimum", "_admit = lambda optimum, candidate: None", (_MUTANTS,)),
    Sabotage("an optimum over laws leaves nothing to be proved", _RULES + "optimum", "attained_by_law.subproofs = lambda self, b, a: ()", (_ELBO,)),
    Sabotage("an induction leaves nothing to be proved", _RULES + "induction", "induction.subproofs = lambda self, b, a: ()", (_MUTANTS,)),
    Sabotage("a hypothesis holds anywhere", _RULES + "induction", "hypothesis.replay = lambda self, *step: 'assumed'", (_DIFFUSION,)),
    Sabotage("every map is increasing", _RULES + "pushforward", "monotone = lambda function, variable: 1", (_REPARAM,)),
    Sabotage("every number lies between 0 and 1", _RULES + "pushforward", "is_in_unit_interval = lambda end: True", (_REPARAM,)),
    Sabotage("every density is normalised", _RULES + "pushforward", "is_density = lambda density, variable: True", (_REPARAM,)),
    Sabotage("rearranging counts as any rule", _RULES + "rule", "Normaliser.idle = lambda self, before, after: False", (_MUTANTS,)),
    Sabotage("an equation may be read as an inequality", _RULES + "rule", "_was = Normaliser.replay\nNormaliser.replay = lambda self, b, r, a, c: _was(self, b, '=', a, c)", (_MUTANTS,)),
    Sabotage("a difference of any sign counts as positive", _RULES + "cases", "sign_within = lambda parameters, expr: 1", ("tests/test_rules_cases.py",)),
    Sabotage("zero times infinity is zero", _RULES + "limits", "_product = lambda infinite, finite: Mul(*finite)", ("tests/test_rules_limits.py",)),
    Sabotage("every matrix is a covariance", _RULES + "matrices", "is_covariance = lambda matrix, strict=True: True", ("tests/test_rules_frechet.py",)),
    Sabotage("every number between -1 and 1 is a free one", _RULES + "optimum", "_FREE[SlopeFunction] = ANY_SLOPE", ("tests/test_rules_critic.py",)),
    Sabotage("means of any two critics differ by parts", _RULES + "by_parts", "is_zero = lambda expr: True", ("tests/test_rules_critic.py",)),
    Sabotage("all thresholds lie between 0 and 1", _RULES + "indicators", "is_in_unit_interval = lambda end: True", (_TRANSPORT,)),
    Sabotage("a threshold may move along with its variable", _RULES + "indicators", "depends = lambda expr, variable: False", (_TRANSPORT,)),
    Sabotage("every weight is that of a mean", _RULES + "inequalities", "is_density = lambda expr, variable: True", (_TRANSPORT,)),
    Sabotage("every pair couples every two laws", _RULES + "transport", "least_over_couplings.subproofs = lambda self, b, a: ()", (_TRANSPORT,)),
    Sabotage("laws are put in and captured", _RULES + "transport", "bound_variables = lambda expr: set()", (_TRANSPORT,)),
    Sabotage("any two sums telescope", _RULES + "linearity", "same = lambda a, b: True", (_NOISING,)),
    Sabotage("roots split whatever the schedule", _RULES + "noise_schedule", "_require_variances = lambda betas, claim: None", (_NOISING,)),
    Sabotage("every slope is positive", _RULES + "pushforward", "_slope_direction = lambda slope: 1", (_REPARAM,)),
    Sabotage("an earlier claim holds inside any integral", _RULES + "earlier", "bound_variables = lambda expr: set()", (_NOISING,)),
    Sabotage("any two vectors are of one length", _RULES + "spectral", "is_zero = lambda expr: True", ("tests/test_rules_spectral.py",)),
    # helpers
    Sabotage("everything is zero", "derivations.ring", "is_zero = lambda expr: True", (_CHECKER,)),
    Sabotage("zero is not, and the rest is", "derivations.ring", "_was = is_zero\ndef is_zero(expr): return not _was(expr)", (_CHECKER,)),
    Sabotage("nothing is zero", "derivations.ring", "is_zero = lambda expr: False", (_CHECKER,)),
    Sabotage("the ends always meet", "derivations.checker", "_ends = lambda statement, derivation: ''", (_CHECKER,)),
    Sabotage("every step is in order", "derivations.checker", "StepReport.ok = property(lambda self: True)", (_CHECKER,)),
    Sabotage("every part is in order", "derivations.checker", "PartReport.ok = property(lambda self: True)", (_CHECKER,)),
    Sabotage("every replay is in order", "derivations.checker", "Replay.ok = property(lambda self: True)", (_CHECKER,)),
    # the attack
    Sabotage("the attack's judge always agrees", "derivations.attack", "_judge = lambda left, relation, right: (True, 30.0)", (_CHECKER,)),
    Sabotage("the attack's judge is inverted", "derivations.attack", "_was = _judge\ndef _judge(*a):\n    word, digits = _was(*a)\n    return (word if word is None else not word), digits", (_CHECKER,)),
    Sabotage("the attack never evaluates", "derivations.attack", "Attacker.step = lambda self, *step: AttackReport('points', 0, None, 0.0, 'silent')", (_CHECKER,)),
    Sabotage("the attack agrees without a point", "derivations.attack", "POINTS = 0\nAttacker.step = lambda self, *step: AttackReport('points', 0, True, 30.0, '')", (_CHECKER,)),
    # oracles and verdicts
    Sabotage("enclosures always agree", _LAYERS + "enclosure", "compare = lambda statement, left, right: (True, 30.0)", (_MUTANTS,)),
    Sabotage("enclosures agree where they differ", _LAYERS + "enclosure", "_was = compare\ndef compare(*a):\n    word, digits = _was(*a)\n    return (word if word is None else not word), digits", (_MUTANTS,)),
    Sabotage("the enclosure layer says enclosed to everything", _LAYERS + "enclosure", "run = lambda case: Evidence(LAYER, 'enclosed', '')", (_VERDICT, _MUTANTS)),
    Sabotage("the layers are asked at no point", "verify.case", "POINTS = 0", (_VERDICT, _MUTANTS)),
    Sabotage("the Monte Carlo layer says supported to everything", _LAYERS + "monte_carlo", "run = lambda case, samples=None: Evidence(LAYER, 'supported', '')", (_MUTANTS,)),
    Sabotage("the Monte Carlo tests never reject", "verify.monte_carlo.outcome", "Outcome.rejected = property(lambda self: False, lambda self, value: None)", ("tests/test_monte_carlo_mean.py",)),
    Sabotage("no sample is drawn", "verify.monte_carlo.stream", "def stream(*a, **k): return iter(())", ("tests/test_monte_carlo_mean.py",)),
    Sabotage("samples support whatever little they see", "verify.monte_carlo.hypothesis", "LIMIT = float('inf')", ("tests/test_calibration.py",)),
    Sabotage("an oracle has all the time in the world", "verify.time_limit", "from contextlib import nullcontext\nat_most = nullcontext", (_FAILURES,)),
    Sabotage("every device is said to have float64", "verify.float64", "require_float64 = lambda: None", (_FAILURES,)),
    Sabotage("gradients always agree", _LAYERS + "gradient", "_relative = lambda a, b: 0.0", (_MUTANTS,)),
    Sabotage("gradients that differ are those of corners", _LAYERS + "gradient", "_same_corner = lambda *sides: True", (_TRANSPORT,)),
    Sabotage("the gradient layer says supported to everything", _LAYERS + "gradient", "run = lambda case: Evidence(LAYER, 'supported', '')", (_MUTANTS,)),
    Sabotage("every verdict is proved", "verify.verdict", "conclude = lambda evidence: 'proved'", (_VERDICT,)),
    Sabotage("undecided passes", "verify.verdict", "Verdict.__bool__ = lambda self: self.status != 'refuted'", (_VERDICT,)),
    Sabotage("every verdict is as expected", "verify.verdict", "Verdict.as_expected = property(lambda self: True)", (_VERDICT,)),
    Sabotage("a caller's values are not looked at", "derivations.domains", "Domain.validate = lambda self, name, value: __import__('numpy').asarray(value, dtype=float)", (_API,)),
)  # fmt: skip
_BY_NAME = {s.name: s for s in _ALL}
NAMES = tuple(_BY_NAME)

# what a one-line sabotage cannot say
_PRELUDE = {
    "bounds replace terms of any sign": """
import inspect, textwrap
_source = textwrap.dedent(inspect.getsource(Bound.replay))
_guard = 'if not (weight.is_nonnegative if relation == "<=" else weight.is_nonpositive):'
assert _guard in _source, "the guard has moved"
exec(_source.replace(_guard, "if False:").replace("def replay", "def _replay_any_sign"), globals())
""",
    "every second derivative has the right sign": """
_sign_was = _sign
def _always_right(expr):
    import inspect
    frame = inspect.currentframe().f_back
    node = frame.f_locals.get("node")
    inside = "second" in frame.f_locals
    return (-1 if node.greatest else 1) if inside else _sign_was(expr)
""",
}


class _Saboteur(importlib.abc.MetaPathFinder):
    """Imports one module with the sabotage at its end; all others as they are."""

    def __init__(self, sabotage):
        self.sabotage, self.done = sabotage, False

    def find_spec(self, fullname, path, target=None):
        if fullname != self.sabotage.module or self.done:
            return None
        self.done = True
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        spec.loader = _Loader(fullname, spec.origin, self.sabotage)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname, path, sabotage):
        super().__init__(fullname, path)
        self.sabotage = sabotage

    def get_code(self, fullname):
        source = self.get_data(self.path).decode()
        broken = _PRELUDE.get(self.sabotage.name, "") + self.sabotage.code
        return compile(f"{source}\n{broken}\n", self.path, "exec")


class _FirstFailure:
    """Notes the first test that fails, or the file that cannot even be collected."""

    noticed = ""

    def pytest_runtest_logreport(self, report):
        if report.failed and not self.noticed:
            self.noticed = report.nodeid

    def pytest_collectreport(self, report):
        if report.failed and not self.noticed:
            self.noticed = report.nodeid


def noticed_by(name, timeout=240):
    """{"name", "module", "noticed_by"} of one sabotage: the id of the first test that fails, empty where none does."""
    sabotage = _BY_NAME[name]
    command = [sys.executable, "-m", "verify.mutation.sabotage", name]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
        _, said, first = answer.stdout.rpartition("NOTICED ")
        noticed = json.loads(first) if said else ""
    except subprocess.TimeoutExpired:
        return {"name": name, "module": sabotage.module, "noticed_by": "", "reason": f"the tests did not end within {timeout} s"}
    return {"name": name, "module": sabotage.module, "noticed_by": noticed}


def main(name):
    """Break what the sabotage breaks, run its tests, and print which one noticed."""
    import pytest

    sabotage, first = _BY_NAME[name], _FirstFailure()
    saboteur = _Saboteur(sabotage)
    sys.meta_path.insert(0, saboteur)
    tests = [t for t in sabotage.tests if (ROOT / t).exists()]
    pytest.main(["-x", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "--no-header", *tests], plugins=[first])
    if not saboteur.done:
        sys.exit(f"{sabotage.module} was never imported")
    print("NOTICED " + json.dumps(first.noticed))


if __name__ == "__main__":
    main(sys.argv[1])
