"""Experiments and what stays of them."""

import json
import math
from dataclasses import replace

import jax
import pytest

import models
from models.experiments import CATALOGUE, record, records
from models.experiments.figures import evidence, figures
from models.iwae import iwae_bound
from models.registry import NAMES
from models.settings import Settings

SMALL = replace(CATALOGUE[0], passes=2, iwae=5)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    settings = Settings(steps=40, log_every=20, evaluate_every=20, pictures_every=0)
    return models.train(SMALL.model, SMALL.data, tmp_path_factory.mktemp("runs") / "vae", settings=settings, latent_dim=2)


def test_a_record_holds_what_a_reader_needs_to_make_it_again(run, tmp_path):
    from models.report_page import figures as pictures

    record.write(SMALL, run, figures(run, SMALL.iwae), pictures(run), tmp_path)
    found = records(tmp_path)[SMALL.name]
    assert found["command"] == "proofsheet train vae --data digits --out RUN --latent-dim 2 --steps 40 --log-every 20 --evaluate-every 20 --pictures-every 0"
    assert found["steps"] == 40 and found["seed"] == 0 and found["software"]["device"] and found["date"]
    assert found["curve"]["step"] == [20, 40] and len(found["curve"]["test_loss"]) == 2
    assert set(found["pictures"]) == set(SMALL.pictures) == {p.stem for p in (tmp_path / SMALL.name).glob("*.webp")}
    assert "negative_log_likelihood_protocol" in found["figures"]


def test_a_few_examples_give_the_bound_of_all(run):
    """20 test digits, against the bound drawn for all 297 by itself: within six standard errors (a t of 19 degrees of freedom: 1e-5), and the ELBO alone is farther off."""
    found = evidence(run, 20, samples=1000)
    x, labels = run.dataset.floats(run.dataset.test), run.dataset.test_labels
    of_all = -jax.vmap(lambda x, label, key: iwae_bound(run.model, x, label, key, 1000, chunk=500))(x, labels, jax.random.split(jax.random.key(9), len(x)))
    error = 6 * math.hypot(found["negative_log_likelihood_standard_error"], 0.01)  # the other is known to 0.01 nats
    assert abs(found["negative_log_likelihood"] - of_all.mean()) < error < run.test["loss"] - of_all.mean()
    assert found["negative_log_likelihood_standard_error"] < of_all.std() / math.sqrt(20) / 4  # what it is for


def test_a_foreign_record_is_refused(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "record.json").write_text(json.dumps({"format": "something else"}))
    with pytest.raises(ValueError, match="is no record of an experiment"):
        records(tmp_path)


def test_the_catalogue_names_models_once():
    assert len({e.name for e in CATALOGUE}) == len(CATALOGUE) and {e.model for e in CATALOGUE} <= set(NAMES)


def test_what_is_recorded_is_of_the_catalogue():
    known = {e.name: e for e in CATALOGUE}
    for name, found in records().items():
        assert found["title"] == known[name].title and set(found["pictures"]) == set(known[name].pictures)


def test_families_are_compared_and_the_page_shows_them(tmp_path):
    from docs.pages.experiments import page
    from models.experiments import families
    from models.experiments.comparison import FAMILIES, compare

    few = {"VAE": ("vae", {"latent_dim": 2, "hidden": (8,)}, {})}
    assert set(few) < set(FAMILIES)
    compare(tmp_path, seeds=(0, 1), steps=12, tell=lambda line: None, compared=few)
    found = families(tmp_path)
    assert set(found["families"]) == set(few) and {p.stem for p in tmp_path.glob("*.webp")} == {"vae"}
    for one in found["families"].values():
        assert one["frechet_distance"]["least"] > found["floor"]["frechet_distance"], "twelve steps of tiny networks are no match for real examples"
        assert len(one["curves"]) == 2 and len(one["curves"][0]) == len(one["stops"]) and one["milliseconds_per_step"] > 0
    shown = page({}, found)
    assert "no number here is a FID" in shown and "recorded/comparison/vae.webp" in shown
    (tmp_path / "record.json").write_text('{"format": "something else"}')
    with pytest.raises(ValueError, match="is no record of a comparison"):
        families(tmp_path)
    assert families(tmp_path / "nowhere") is None
