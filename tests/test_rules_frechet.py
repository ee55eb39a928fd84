"""Roots of matrices, traces of squares, and the Frechet distance between Gaussians."""

import numpy
import pytest
from flint import acb_mat
from scipy.linalg import sqrtm
from sympy import Identity, Integer, Inverse, MatrixSymbol, Trace, Transpose

import derivations
import verify
from derivations.checker import Context
from derivations.enclose import Balls, Unevaluable, precision
from derivations.enclose.roots import matrix_root
from derivations.gan.frechet_distance_gaussian import C, G, T, cov1, cov2, d, v
from derivations.language import CovarianceSymbol, MatrixRoot, QuadraticForm, TransportMatrix
from derivations.language.multivariate import is_covariance
from derivations.rules import covariance_traces, matrix_algebra, matrix_roots
from derivations.rules.rule import StepError

CLAIM = derivations.claim("frechet_distance_gaussian")
R, M = MatrixRoot(cov1), MatrixRoot(MatrixRoot(cov1) * cov2 * MatrixRoot(cov1))
A = MatrixSymbol("A", d, d)
S = T.definition()


def accepts(rule, before, after, relation="="):
    try:
        return bool(rule.replay(before, relation, after, Context(CLAIM)))
    except StepError:
        return False


@pytest.mark.parametrize(
    "before, after",
    [
        (Trace(R * A * R), Trace(A * cov1)),
        (Trace(M * M), Trace(cov1 * cov2)),
        (Trace(S * cov1), Trace(M)),
        (QuadraticForm(v, S * cov1 * S), QuadraticForm(v, cov2)),
        (Trace(Inverse(R) * A * Inverse(R)), Trace(A * Inverse(cov1))),
    ],
)
def test_roots_are_squared_where_they_meet(before, after):
    assert accepts(matrix_roots(), before, after) and not accepts(matrix_algebra(), before, after)
    assert not accepts(matrix_roots(), before, 2 * after) and not accepts(matrix_roots(), before, -after)


@pytest.mark.parametrize(
    "before, after",
    [
        (Trace(R * A), Trace(A * cov1)),
        (Trace(R * A * R * A), Trace(A * A * cov1)),  # they do not meet
        (Trace(M), Trace(R * MatrixRoot(cov2))),  # roots of a product are no product of roots
        (Trace(M * A * M), Trace(A * cov1 * cov2)),
        (Trace(R * MatrixRoot(cov2)), Trace(cov1 * cov2)),
        (QuadraticForm(v, S * cov1 * S), QuadraticForm(v, cov1)),
        (Trace(S * A), Trace(M * A)),
    ],
)
def test_roots_of_different_matrices_do_not_mix(before, after):
    assert not accepts(matrix_roots(), before, after)


def test_what_is_known_to_be_a_covariance():
    for matrix in (cov1, Identity(d), R, M, Inverse(R), cov1 + C, G * cov1 * Transpose(G) + C, R * cov2 * R):
        assert is_covariance(matrix), matrix
    for matrix in (A, G, cov1 * cov2, cov1 - C, G * cov1 * Transpose(G), G * cov1 * G, A + Transpose(A), R * cov2 * M, -cov1, R * A * R, Inverse(A)):
        assert not is_covariance(matrix), matrix
        with pytest.raises(ValueError):
            MatrixRoot(matrix)
    assert is_covariance(G * cov1 * Transpose(G), strict=False)


class TestTraces:
    before = Trace(cov1 * A * cov2 * Transpose(A))

    def test_accepts(self):
        assert accepts(covariance_traces((cov1, A, cov2)), self.before, Integer(0), ">=")
        assert accepts(covariance_traces((cov1, A, cov2)), -self.before, Integer(0), "<=")

    @pytest.mark.parametrize(
        "terms, relation",
        [
            ([(cov1, A, cov2)], "<="),
            ([(cov1, A, cov2)], "="),
            ([(cov2, A, cov1)], ">="),
            ([(cov1, A, cov2), (cov1, A, cov2)], ">="),
            ([], ">="),
            ([(A, cov1, cov2)], ">="),  # A is no covariance
            ([(cov1, v, cov2)], ">="),  # nothing to be multiplied
        ],
    )
    def test_refuses(self, terms, relation):
        assert not accepts(covariance_traces(*terms), self.before, Integer(0), relation)

    def test_refuses_traces_that_have_no_sign(self):
        assert not accepts(covariance_traces((cov1, A, cov2)), Trace(cov1 * A * cov2 * A), Integer(0), ">=")
        assert not accepts(covariance_traces((cov1, A, cov2)), -self.before, Integer(0), ">=")


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("wrong", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1])
def test_corrupted_steps_are_refused(part, wrong):
    before = CLAIM.parts[part].derivation.first
    for step in CLAIM.parts[part].derivation.steps:
        assert not accepts(step.rule, before, wrong(step.result), step.relation)
        before = step.result


def test_roots_are_enclosed():
    """A matrix built from its root, so that the root is known."""
    with precision(128):
        for rows in ([[3]], [[2, 1], [1, 2]], [[4, 1, 0], [1, 3, -1], [0, -1, 2]], [[1000, 0], [0, 1]]):
            known = acb_mat(rows)
            gap = matrix_root(known * known) - known
            assert all(g.contains(0) and float(g.abs_upper()) < 1e-30 for g in gap.entries())
        for rows in ([[-1]], [[1, 2], [2, 1]], [[0]]):
            with pytest.raises(Unevaluable):
                matrix_root(acb_mat(rows))


def test_against_scipy():
    rng = numpy.random.default_rng(3)
    for size in (1, 2, 5):
        a, b = (r @ r.T + numpy.eye(size) for r in rng.normal(size=(2, size, size)))
        m, n = rng.normal(size=(2, size))
        value = ((m - n) ** 2).sum() + numpy.trace(a + b - 2 * sqrtm(a @ b).real)
        assert numpy.isclose(verify.frechet_distance_gaussian.numpy()(m, a, n, b), value, rtol=1e-12)
        assert numpy.isclose(verify.frechet_distance_gaussian.jax()(m, a, n, b), value, rtol=1e-4)


def test_one_dimension_is_known_by_hand():
    """(mu1 - mu2)^2 + (sigma1 - sigma2)^2, and independent variables cost sigma1^2 + sigma2^2."""
    found = verify.frechet_distance_gaussian(mu1=[1.0], cov1=[[4.0]], mu2=[3.0], cov2=[[9.0]], layers="enclosure")
    assert numpy.isclose(found.value, 5, rtol=1e-14) and found, found  # what is drawn at random beside them is of their size
    with precision(128):
        at = Balls({d: 1, cov1: acb_mat([[4]]), cov2: acb_mat([[9]])})
        assert at(Trace(TransportMatrix(cov1, cov2))).contains(1.5)


@pytest.mark.parametrize("name, value", [("cov1", [[1.0, 2.0], [2.0, 1.0]]), ("G", [[1.0, 2.0]]), ("cov2", [[1.0, 0.5], [0.0, 1.0]])])
def test_arguments_outside_the_domain_are_named(name, value):
    good = {"mu1": [0.0, 0.0], "cov1": numpy.eye(2), "mu2": [0.0, 0.0], "cov2": numpy.eye(2)}
    with pytest.raises(ValueError, match=name):
        verify.frechet_distance_gaussian(**{**good, name: value})
