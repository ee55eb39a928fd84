"""The function that people call: `verify.kl_gaussian(...)`, one `Verifier` per claim."""

import importlib
import inspect
from functools import cached_property

from verify.time_limit import OutOfTime, at_most
from verify.verdict import LAYERS, Evidence, Verdict, conclude

TIME_LIMIT = 600.0
"""Seconds after which a layer that has not answered is undecided."""


class Verifier:
    """Checks one claim, over its whole domain or at the parameters given.

    Called as verify.NAME(**parameters, claim=None, layers=None, seed=0); see `help(verify.NAME)`.
    """

    def __init__(self, name):
        self.__name__ = self.__qualname__ = name
        self.__module__ = "verify"

    def __repr__(self):
        return f"verify.{self.__name__}"

    @cached_property
    def _claim(self):
        import derivations

        return derivations.claim(self.__name__)

    # --- what the claim says

    @property
    def statement(self):
        """The statement, a SymPy relation."""
        return self._claim.statement

    @property
    def latex(self):
        """The statement in LaTeX."""
        return self._claim.latex

    @property
    def derivation(self):
        """The derivation: a first expression and the steps that follow."""
        return self._claim.derivation

    @property
    def axioms(self):
        """What the claim takes without proof."""
        return self._claim.axioms

    @property
    def sources(self):
        """Exercise sheets and papers."""
        return self._claim.sources

    @property
    def uses(self):
        """Names of the claims that the derivation leans on."""
        return self._claim.uses

    @property
    def used_by(self):
        """Names of the claims that lean on this one."""
        return self._claim.used_by

    # --- the closed form as a function

    def jax(self):
        """The right side as a function of the parameters, in JAX: traceable, differentiable, any device."""
        import jax.numpy

        return self._function(jax.numpy)

    def numpy(self):
        """The right side as a function of the parameters, in NumPy."""
        import numpy

        return self._function(numpy)

    def _function(self, xp):
        from verify.closed_form import closed_form

        return closed_form(self._claim, xp)

    # --- the check

    def __call__(self, *, claim=None, layers=None, seed=0, **parameters):
        from verify.arguments import bind
        from verify.case import Case

        arguments = bind(self._claim, parameters)
        if claim is not None:
            from verify.reader import judge_formula

            return judge_formula(self._claim, claim, seed)
        case = Case(self._claim, arguments, seed)
        if layers is None and arguments.given_densities:  # of which nothing is known but values: only what holds for any density
            layers = "derivation"
        evidence = tuple(ask(layer, case) for layer in self._layers(layers))
        return _verdict(case, evidence)

    def layers(self):
        """Names of the layers that have something to say on this claim."""
        return tuple(n for n in LAYERS if not importlib.import_module(f"verify.layers.{n}").applies(self._claim))

    def _layers(self, layers):
        if layers is None:
            return self.layers()
        layers = (layers,) if isinstance(layers, str) else tuple(layers)
        unknown = [n for n in layers if n not in LAYERS]
        if unknown or not layers:
            raise ValueError(f"layers = {unknown or layers!r}: the layers are {', '.join(LAYERS)}")
        return layers

    # --- help

    @property
    def __doc__(self):
        from verify.document import docstring

        return docstring(self._claim)

    @property
    def __signature__(self):
        keyword = inspect.Parameter.KEYWORD_ONLY
        named = [inspect.Parameter(p.name, keyword, default=None) for p in self._claim.parameters]
        common = {"claim": None, "layers": None, "seed": 0}
        return inspect.Signature(
            named + [inspect.Parameter(n, keyword, default=d) for n, d in common.items()], return_annotation=Verdict
        )


def ask(layer, case):
    """The evidence of one layer. A layer that breaks, or does not end, is undecided, with its reason: never a pass, never a traceback."""
    try:
        with at_most(TIME_LIMIT):
            module = importlib.import_module(f"verify.layers.{layer}")
            reason = module.applies(case.claim)
            return Evidence(layer, "undecided", reason) if reason else module.run(case)
    except OutOfTime as reason:
        return Evidence(layer, "undecided", f"the oracle failed: {reason}", {"timed_out": True}, TIME_LIMIT)
    except Exception as error:  # noqa: BLE001 - an oracle that crashes must be undecided, whatever it raised
        return Evidence(layer, "undecided", f"the oracle failed: {type(error).__name__}: {error}", {"crashed": True})


def _verdict(case, evidence):
    from verify.closed_form import values_at
    from verify.layers import enclosure

    found = {e.layer: e for e in evidence}
    value = bounds = estimate = error = None
    if case.arguments.given:
        value = values_at(case)
        bounds = _shaped(enclosure.value_enclosure(case), case.arguments.shape) if "enclosure" in found else None
    if "monte_carlo" in found and case.arguments.given:
        estimate = found["monte_carlo"].details.get("estimate")
        error = found["monte_carlo"].details.get("standard_error")
    counterexample = next((e.details["counterexample"] for e in evidence if "counterexample" in e.details), None)
    status, diagnosis = conclude(evidence), ""
    if status == "refuted" and not case.claim.holds:
        from verify.departure import departure

        found = departure(case.claim.name)
        diagnosis, counterexample = found.diagnosis, counterexample or found.counterexample
    return Verdict(
        case.claim.name, status, evidence, value, bounds, estimate, error, counterexample, diagnosis,
        holds=case.claim.holds, statement=case.claim.latex, unit=case.claim.unit,
    )  # fmt: skip


def _shaped(pairs, shape):
    """(low, high): floats for a single number, arrays for several values or broadcast arguments."""
    import numpy

    low, high = (numpy.array(side) for side in zip(*pairs))
    low, high = (side.reshape((*shape, *side.shape[1:])) for side in (low, high))
    return (float(low), float(high)) if low.ndim == 0 else (low, high)
