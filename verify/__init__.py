"""The evidence: oracles, verdicts and the functions people call.

```python
import verify
verify.kl_gaussian()                                            # check a claim over its domain
verify.kl_gaussian(mu1=3, sigma1=1, mu2=-3, sigma2=0.5).value   # ... and at a point
verify.claims()                                                 # all names
```

Importing this package loads neither SymPy nor JAX; the first call does.
"""

from functools import cache

_HOMES = {"Verdict": "verify.verdict", "Evidence": "verify.verdict", "verify_all": "verify.all_claims"}


def claims():
    """The names of all claims, in reading order."""
    import derivations

    return derivations.claims()


@cache
def _verifier(name):
    from verify.verifier import Verifier

    return Verifier(name)


def __getattr__(name):
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    if name.startswith("_"):
        raise AttributeError(f"module 'verify' has no attribute {name!r}")
    import derivations

    if name in derivations.claims():
        return _verifier(name)
    import difflib

    near = difflib.get_close_matches(name, derivations.claims(), n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise AttributeError(f"verify has no claim named {name!r}{hint}")


def __dir__():
    return sorted({*claims(), *_HOMES, "claims"})
