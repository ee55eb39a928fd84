"""Rules on the noising chain, induction and conditioning; the exact replay of a thousand steps; the worked example."""

from dataclasses import replace
from fractions import Fraction

import pytest
from flint import acb, arb, fmpq
from sympy import Eq, S, Symbol, exp, sqrt

import derivations
from derivations.checker import Context, check_claim
from derivations.claimfile import Claim, Part
from derivations.conditions import MARKOV
from derivations.derivation import start
from derivations.diffusion.ddpm_forward_marginal import marginal, next_step
from derivations.enclose import Balls, Unevaluable
from derivations.enclose.ddpm_replay import linear_schedule, replay
from derivations.enclose.points import Point
from derivations.language import Alpha, AlphaBar, ForwardMarginal, Int, Normal, Sigmoid, SigmoidLayer, integer, positive, real, transition
from derivations.noising import beta, t, x, x0
from derivations.rules import algebra, bayes, definition, gaussian_closure, gaussian_conditioning, hypothesis, induction, linearity, noise_schedule
from derivations.rules.rule import StepError

FORWARD = derivations.claim("ddpm_forward_marginal")
CONTEXT = Context(FORWARD)
CLAIMS = ("ddpm_forward_marginal", "ddpm_posterior", "autoencoder_worked_example")
y, z = real("y z")


def accepts(rule, before, after, relation="="):
    try:
        return bool(rule.replay(before, relation, after, CONTEXT))
    except StepError:
        return False


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_proved_and_every_step_attacked(name):
    found = derivations.check(name)
    assert found.ok, found.failure
    assert all(s.attack.agreed for s in found.steps)


def test_a_corrupted_step_is_refused():
    for name in ("ddpm_posterior", "autoencoder_worked_example"):
        claim = derivations.claim(name)
        for part in claim.parts:
            before = part.derivation.first
            for step in part.derivation.steps:
                for wrong in (-step.result, 2 * step.result):
                    with pytest.raises(StepError):
                        step.rule.replay(before, step.relation, wrong, Context(claim))
                before = step.result


def test_the_posterior_with_a_wrong_index_is_refuted_by_rules_and_numbers():
    found = derivations.check("ddpm_posterior_wrong_index")
    assert not found.ok and "not at the right side" in found.failure
    assert all(s.ok for s in found.steps)
    wrong, right = (derivations.claim(n).statement for n in ("ddpm_posterior_wrong_index", "ddpm_posterior"))
    from derivations.noising import x_before, xt

    point = Point({beta: [Fraction(1, 10), Fraction(2, 10)], t: 2, x0: 1, xt: Fraction(1, 2), x_before: Fraction(1, 3)}, {})
    assert point.evaluate(right.lhs - right.rhs).contains(0)
    assert not point.evaluate(wrong.lhs - wrong.rhs).contains(0)


class TestInduction:
    """Towers: F(t) = 1 + ... is modelled by alpha_bar, whose recursion is known."""

    def checked(self, base, step, rule=None, statement=FORWARD.statement, conditions=(MARKOV,)):
        first = FORWARD.derivation.steps[0].rule
        rule = rule or induction(t, base=base or first.base, step=step or first.step)
        derivation = start(statement.lhs).by(rule, statement.rhs)
        return check_claim(Claim("trial", "diffusion", "", "", (Part(statement, derivation),), FORWARD.parameters, conditions), attack=False)

    def test_accepts_the_right_one(self):
        assert self.checked(None, None).ok

    @pytest.mark.parametrize("position", range(4))
    def test_every_step_inside_counts(self, position):
        for corrupt in (lambda e: -e, lambda e: 2 * e, lambda e: e + 1):
            steps = list(next_step.steps)
            steps[position] = replace(steps[position], result=corrupt(steps[position].result))
            assert not self.checked(None, replace(next_step, steps=tuple(steps))).ok

    def test_the_base_counts(self):
        base = FORWARD.derivation.steps[0].rule.base
        assert not self.checked(replace(base, steps=base.steps[:1]), None).ok
        assert not self.checked(replace(base, first=base.first + 1), None).ok
        at_two = start(ForwardMarginal(x, x0, beta, 2)).by(noise_schedule, marginal(x, 2))
        assert not self.checked(at_two, None).ok

    def test_the_step_leads_from_t_to_its_successor(self):
        same_t = start(ForwardMarginal(x, x0, beta, t)).by(hypothesis(), marginal(x, t))
        assert not self.checked(None, same_t).ok

    def test_a_false_statement_has_no_induction(self):
        wrong = Normal(sqrt(AlphaBar(beta, t)) * x0, sqrt(1 - AlphaBar(beta, t)) / 2)(x)
        assert not self.checked(None, None, statement=Eq(ForwardMarginal(x, x0, beta, t), wrong, evaluate=False)).ok

    def test_a_hypothesis_outside_an_induction_proves_nothing(self):
        before, after = FORWARD.statement.args
        assert not accepts(hypothesis(), before, after)
        assert not self.checked(None, None, rule=hypothesis()).ok

    def test_a_hypothesis_in_the_base_proves_nothing(self):
        base = start(ForwardMarginal(x, x0, beta, 1)).by(hypothesis(), marginal(x, 1))
        assert not self.checked(base, None).ok

    @pytest.mark.parametrize("values", [{t: t + 1}, {x: exp(y) * Symbol("i")}, {Symbol("unknown"): y}])
    def test_a_hypothesis_has_no_other_step_and_no_value_outside_the_domain(self, values):
        steps = list(next_step.steps)
        steps[1] = replace(steps[1], rule=hypothesis(values))
        assert not self.checked(None, replace(next_step, steps=tuple(steps))).ok

    def test_only_over_positive_integers_and_only_equations(self):
        s, before = real("s"), ForwardMarginal(x, x0, beta, t)
        for rule, relation in ((induction(s, start(before), start(before)), "="), (induction(t, start(before), start(before)), "<=")):
            assert not accepts(rule, before, marginal(x, t), relation)
        assert not accepts(induction(integer("n"), start(before), start(before)), before, marginal(x, t))


class TestNoiseSchedule:
    a, bar = Alpha(beta, t), AlphaBar(beta, t)

    @pytest.mark.parametrize(
        "before, after",
        [
            (AlphaBar(beta, t + 1), Alpha(beta, t + 1) * bar),
            (bar, a * AlphaBar(beta, t - 1)),
            (AlphaBar(beta, 0), S.One),
            (AlphaBar(beta, 2), Alpha(beta, 1) * Alpha(beta, 2)),
            ((1 - a) * bar, beta[t] * bar),
            (beta[t] + a * (1 - AlphaBar(beta, t - 1)), 1 - bar),
            (Normal(sqrt(a) * sqrt(AlphaBar(beta, t - 1)), 1)(x), Normal(sqrt(bar), 1)(x)),
        ],
    )
    def test_accepts(self, before, after):
        assert accepts(noise_schedule(), before, after)

    @pytest.mark.parametrize(
        "before, after",
        [
            (AlphaBar(beta, t + 1), Alpha(beta, t) * bar),
            (bar, a * AlphaBar(beta, t + 1)),
            (bar, AlphaBar(beta, t - 1)),
            (bar, a),
            (1 - bar, beta[t]),
            (1 - a, beta[t + 1]),
            (beta[t] + 1 - AlphaBar(beta, t - 1), 1 - bar),
            (AlphaBar(beta, t - 2), bar / a),
            (sqrt(bar), bar),
            (Normal(-sqrt(bar), 1)(x), Normal(sqrt(bar), 1)(x)),
            (Normal(sqrt(bar), 1 - bar)(x), Normal(sqrt(bar), sqrt(1 - bar))(x)),
        ],
    )
    def test_refuses(self, before, after):
        assert not accepts(noise_schedule(), before, after)

    def test_below_zero_there_is_no_alpha_bar(self):
        assert AlphaBar(beta, -1).from_symbol() == AlphaBar(beta, -1)
        assert AlphaBar(beta, t - 2).from_symbol() == AlphaBar(beta, t - 2)


class TestChain:
    def test_the_definition_goes_one_step_back(self):
        later = ForwardMarginal(x, x0, beta, t + 1)
        right = Int(transition(x, y, beta, t + 1) * ForwardMarginal(y, x0, beta, t), y)
        rule = definition(ForwardMarginal)
        assert accepts(rule, later, right) and accepts(rule, right, later)
        for wrong in (
            Int(transition(x, y, beta, t) * ForwardMarginal(y, x0, beta, t), y),
            Int(transition(y, x, beta, t + 1) * ForwardMarginal(y, x0, beta, t), y),
            Int(transition(x, y, beta, t + 1) * ForwardMarginal(x, x0, beta, t), y),
            transition(x, x0, beta, t + 1),
        ):
            assert not accepts(rule, later, wrong)

    def test_at_an_unknown_step_there_is_nothing_to_unfold(self):
        with pytest.raises(NotImplementedError):
            ForwardMarginal(x, x0, beta, t).definition()

    def test_its_variable_is_not_captured(self):
        inner = ForwardMarginal(x, real("y"), beta, 3).definition()
        assert real("y") in inner.free_symbols

    def test_elimination_agrees_with_quadrature(self):
        values = {beta: [Fraction(1, 5), Fraction(1, 3)], x: Fraction(1, 2), x0: Fraction(3, 2)}
        two = ForwardMarginal(x, x0, beta, 2)
        integral = Int(transition(x, y, beta, 2) * transition(y, x0, beta, 1), y)
        assert (Balls(values)(two) - Balls(values)(integral)).contains(0)
        with pytest.raises(Unevaluable, match="no entry 3"):
            Balls(values)(ForwardMarginal(x, x0, beta, 3))


class TestConditioning:
    s, r = positive("s r")
    a, m = real("a m")
    before = Normal(a * z, s)(x) * Normal(m, r)(z)
    variance = s**2 + a**2 * r**2

    def after(self, gain=1, evidence=1, spread=1):
        k = gain * self.a * self.r**2 / self.variance
        posterior = Normal(self.m + k * (x - self.a * self.m), spread * self.s * self.r / sqrt(self.variance))(z)
        return Normal(self.a * self.m, evidence * sqrt(self.variance))(x) * posterior

    def test_accepts(self):
        assert accepts(gaussian_conditioning(z), self.before, self.after())
        assert accepts(gaussian_conditioning(z), self.after(), self.before)

    def test_refuses(self):
        for wrong in (self.after(gain=2), self.after(gain=-1), self.after(evidence=2), self.after(spread=2), 2 * self.after()):
            assert not accepts(gaussian_conditioning(z), self.before, wrong)
        for rule in (gaussian_closure(), algebra(), bayes(), linearity(), noise_schedule()):
            assert not accepts(rule, self.before, self.after()), rule.name

    def test_needs_a_mean_that_is_affine(self):
        bent = Normal(z**2, self.s)(x) * Normal(self.m, self.r)(z)
        scaled = Normal(z, exp(z))(x) * Normal(self.m, self.r)(z)
        tied = Normal(z, self.s)(x) * Normal(x, self.r)(z)
        for product in (bent, scaled, tied):
            assert gaussian_conditioning(z).normal(product, CONTEXT) == product


class TestReplay:
    def test_a_thousand_steps(self):
        found = replay()
        assert found.ok and found.steps == 1000
        assert f"{float(found.alpha_bar):.10e}" == "4.0358297654e-05"

    def test_a_wrong_closed_form_is_seen_at_its_first_step(self):
        def off_by_one(betas):
            product = fmpq(1)
            for b in betas:
                yield product
                product *= 1 - b

        found = replay(linear_schedule(20), closed_form=off_by_one)
        assert not found.ok and found.failed_at == 1

    def test_bad_input(self):
        with pytest.raises(ValueError, match=r"betas\[2\] = 1 is outside its domain: 0 < beta < 1"):
            replay([0.5, 1])
        with pytest.raises(ValueError, match="at least 2"):
            linear_schedule(1)
        assert not replay([]).ok


@pytest.mark.parametrize("t_now", [2, 3, 500, 1000])
def test_the_posterior_at_a_step_of_the_linear_schedule(t_now):
    import numpy

    import verify

    betas = numpy.linspace(1e-4, 0.02, 1000)
    bars, k = numpy.cumprod(1 - betas), t_now - 1
    by_hand = (
        numpy.sqrt(bars[k - 1]) * betas[k] / (1 - bars[k]),
        numpy.sqrt(1 - betas[k]) * (1 - bars[k - 1]) / (1 - bars[k]),
        (1 - bars[k - 1]) / (1 - bars[k]) * betas[k],
    )
    verdict = verify.ddpm_posterior(betas=betas, t=t_now, layers=("derivation", "enclosure"))
    assert verdict and numpy.allclose(verdict.value, by_hand, rtol=1e-12, atol=0)


def test_the_posterior_as_a_compiled_function_of_the_step():
    import jax
    import numpy

    import verify

    betas, steps = numpy.linspace(1e-4, 0.02, 1000), numpy.array([2, 500, 1000])
    table = verify.ddpm_posterior.numpy()(betas, steps)
    one_by_one = [verify.ddpm_posterior.numpy()(betas, int(t)) for t in steps]
    assert table.shape == (3, 3) and numpy.allclose(table, one_by_one, rtol=1e-13, atol=0)
    with jax.enable_x64(True):
        assert numpy.allclose(jax.jit(verify.ddpm_posterior.jax())(betas, steps), table, rtol=1e-12, atol=0)


def test_a_step_beyond_the_schedule_is_bad_input():
    import verify

    with pytest.raises(ValueError, match="t = 3 is outside its domain: t is an integer, 2 <= t <= the number of betas = 2"):
        verify.ddpm_posterior(betas=[0.1, 0.2], t=3)
    with pytest.raises(ValueError, match="betas = 1 "):
        verify.ddpm_posterior(betas=[0.1, 1], t=2)


def test_the_worked_example_has_the_numbers_of_the_sheet():
    claim = derivations.claim("autoencoder_worked_example")
    evaluate = Point({}, {}).evaluate
    assert f"{float(evaluate(claim.value['z1']).real.mid()):.8f}" == "0.62245933"
    assert f"{float(evaluate(claim.value['loss']).real.mid()):.8f}" == "0.97805655"
    left = evaluate(claim.parts[-1].statement.lhs)
    assert left.overlaps(evaluate(claim.value["loss"])) and isinstance(left, acb) and left.real < arb("0.9780566")


def test_a_dense_layer_takes_the_row_of_its_unit():
    from sympy import Matrix, Tuple

    weights, bias = Matrix([[1, 2], [3, 4]]), Matrix([5, 6])
    first, second = (SigmoidLayer(weights, Tuple(y, z), bias, k) for k in (1, 2))
    assert accepts(definition(SigmoidLayer), first, Sigmoid(y + 2 * z + 5))
    assert not accepts(definition(SigmoidLayer), first, Sigmoid(3 * y + 4 * z + 6))
    assert accepts(definition(SigmoidLayer), second, Sigmoid(3 * y + 4 * z + 6))
