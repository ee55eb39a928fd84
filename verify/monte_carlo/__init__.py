"""Statistical oracles whose error rates are known before a sample is drawn.

A test here is asked one question about a sampler, and answers *agrees*, *rejected* or *undecided*; beforehand it
states the probability of a false alarm and the smallest error it detects, both valid at the actual sample size.

| question | test | needs |
|---|---|---|
| is E[X] = c, E[X] <= c, E[X] >= c? | `mean_test` | a proven bound on Var X |
| the same, for bounded X | `bounded_mean_test` | a proven range of X |
| has X this distribution function? | `law_test` | the distribution function |
| what is E[f(Z)], to many digits? | `quasi_mean` | smooth f of at most 16 normals; its error is an estimate |

A `MeanHypothesis` or `LawHypothesis` is a question with all that its test needs; it chooses the number of samples from
the error to be seen. `calibrate` and `calibrate_law` count how often a test rejects over thousands of seeds.

The tests read a sampler `draw(key, m) -> (m,) float32`, any function JAX can trace, through `stream`: chunk by
chunk, on every local device, in bounded memory. JAX is imported when a test runs, never when this package is.
"""

from importlib import import_module

_HOMES = {
    "Outcome": "outcome",
    "mean_test": "mean",
    "samples_to_detect": "mean",
    "bounded_mean_test": "bounded_mean",
    "law_test": "law",
    "calibrate": "calibration",
    "calibrate_law": "calibration",
    "MeanHypothesis": "hypothesis",
    "LawHypothesis": "hypothesis",
    "normals": "normal",
    "quasi_mean": "quasi",
    "Plan": "stream",
    "plan": "stream",
}
__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return __all__
