"""One test per claim and quick layer: `pytest verify/`, or `pytest verify/ -k kl_gaussian`, or `-k enclosure`.

What is trained against a claim is asked where its page is built: `make site`.
"""

import pytest

import derivations
import verify
from verify.verdict import QUICK

CASES = [(name, layer) for name in verify.claims() for layer in getattr(verify, name).layers() if layer in QUICK]


@pytest.mark.parametrize(("name", "layer"), CASES, ids=[f"{name}-{layer}" for name, layer in CASES])
def test_claim(name, layer):
    verdict = getattr(verify, name)(layers=layer)
    assert verdict.as_expected, f"\n{verdict}"


@pytest.mark.parametrize("name", verify.claims())
def test_every_claim_is_derived_and_enclosed(name):
    """No claim may drop the two layers that prove; what else a layer cannot say, it says why."""
    assert {"derivation", "enclosure"} <= set(getattr(verify, name).layers())


def test_museum_names_its_truths():
    for name in verify.claims():
        claim = derivations.claim(name)
        assert claim.holds or derivations.claim(claim.truth).holds
