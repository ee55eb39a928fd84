"""Measures of quality against SciPy, cases known by hand, and sets that are made to be bad in one way."""

import math

import numpy as np
import pytest
from scipy.linalg import sqrtm

import verify
from models import quality


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class TestFrechetDistance:
    def test_against_the_matrix_square_root_of_scipy(self, rng):
        """Heusel et al. 2017, equation (6), with scipy.linalg.sqrtm."""
        a, b = rng.normal(size=(50, 4)) @ rng.normal(size=(4, 4)), rng.normal(size=(60, 4)) + 1
        ca, cb = np.cov(a.T), np.cov(b.T)
        wanted = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(ca + cb - 2 * sqrtm(ca @ cb).real)
        assert quality.frechet_distance(a, b) == pytest.approx(wanted, rel=1e-9)

    def test_it_is_the_value_of_its_claim(self, rng):
        a, b = rng.normal(size=(30, 2)), 2 * rng.normal(size=(30, 2)) + 0.5
        arguments = {"mu1": a.mean(0), "cov1": np.cov(a.T), "mu2": b.mean(0), "cov2": np.cov(b.T)}
        assert quality.frechet_distance(a, b) == pytest.approx(verify.frechet_distance_gaussian.numpy()(**arguments), rel=1e-9)

    def test_by_hand(self):
        """In one dimension (mu1 - mu2)^2 + (sigma1 - sigma2)^2: here 9 + (sqrt(2) - 2 sqrt(2))^2 = 11, the variances being 2 and 8."""
        assert quality.frechet_distance(np.array([[-1.0], [1.0]]), np.array([[1.0], [5.0]])) == pytest.approx(11)

    def test_features_of_one_example_are_refused(self):
        with pytest.raises(ValueError, match=r"a has the shape \(1, 3\)"):
            quality.frechet_distance(np.zeros((1, 3)), np.zeros((5, 3)))


def test_the_kernel_distance_has_no_bias_and_sees_a_shift(rng):
    """Between samples of one law its mean over repeats is 0 within its error (false alarm 1e-9 at 6.1 errors); a shift is far outside."""
    found = np.array([quality.kernel_distance(*rng.normal(size=(2, 40, 3))) for _ in range(400)])
    assert abs(found.mean()) < 6.1 * found.std() / 20
    assert quality.kernel_distance(rng.normal(size=(200, 3)), rng.normal(size=(200, 3)) + 1) > 20 * found.std()


def test_the_kernel_distance_by_hand():
    """d = 1, a = {0, 1}, b = {0, 2}: pairs (0*1+1)^3 = 1, (0*2+1)^3 = 1, and across (1 + 1 + 1 + 27) / 4: 1 + 1 - 15 = -13."""
    assert quality.kernel_distance(np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]])) == pytest.approx(-13)


class TestPrecisionAndRecall:
    def test_half_of_the_data_is_precise_and_not_recalled(self, rng):
        data = np.concatenate([rng.normal(size=(200, 2)), rng.normal(size=(200, 2)) + 20])
        precision, recall = quality.precision_recall(rng.normal(size=(200, 2)), data)
        assert precision > 0.85 and 0.35 < recall < 0.5

    def test_noise_beside_the_data_is_recalled_and_not_precise(self, rng):
        data = rng.normal(size=(200, 2))
        made = np.concatenate([rng.normal(size=(200, 2)), rng.normal(size=(200, 2)) + 20])
        precision, recall = quality.precision_recall(made, data)
        assert recall > 0.85 and 0.35 < precision < 0.5

    def test_by_hand(self):
        """Centres 0, 1, 3 with one neighbour reach 1, 1 and 2; of the points 1.5, 6 and 3 only the middle one is outside."""
        assert quality._share_within(np.array([[1.5], [6.0], [3.0]]), np.array([[0.0], [1.0], [3.0]]), 1) == pytest.approx(2 / 3)


def test_the_inception_score_between_its_ends():
    """1 where labels say nothing of the image, the number of classes where they are certain and evenly spread; in between by hand."""
    assert quality.inception_score(np.full((6, 4), 0.25)) == pytest.approx(1)
    assert quality.inception_score(np.eye(4)) == pytest.approx(4)
    third = np.array([[1.0, 0.0], [0.5, 0.5]])
    wanted = math.exp((1.0 * math.log(1 / 0.75) + 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)) / 2)
    assert quality.inception_score(third) == pytest.approx(wanted)


def test_real_examples_are_the_floor_and_noise_is_above_it(tmp_path):
    import models

    run = models.train("classifier", data="digits", out=tmp_path / "judge", steps=150, learning_rate=3e-3, log_every=150, pictures_every=0)
    assert run.test["accuracy"] > 0.8
    judge, data = quality.judge(run), run.dataset
    train, test = data.floats(data.train), data.floats(data.test)
    floor = quality.measure(train[:300], test, judge)
    noise = quality.measure(np.random.default_rng(0).random((300, 8, 8)).astype(np.float32), test, judge)
    assert noise["frechet_distance"] > 5 * floor["frechet_distance"] and noise["kernel_distance"] > 5 * floor["kernel_distance"]
    assert floor["precision"] > noise["precision"] and floor["inception_score"] > noise["inception_score"]
    assert floor["examples"] == 300 and "classifier trained on digits" in floor["features"]
