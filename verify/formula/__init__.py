"""A formula typed by a person: read by a grammar of its own, judged in ball arithmetic, and diagnosed.

`parse` reads Python, plain maths or LaTeX into SymPy; `judge` says equal, different or undecided; `diagnose`
says how a wrong formula differs from the right one. Nothing typed is ever run as code.
"""
import importlib

_homes = {
    "parse": "grammar",
    "FormulaError": "errors",
    "enclose": "enclosure",
    "Undefined": "enclosure",
    "Points": "points",
    "Interval": "points",
    "diagnose": "diagnosis",
    "Diagnosis": "diagnosis",
    "judge": "judgement",
    "Judgement": "judgement",
}
__all__ = list(_homes)


def __getattr__(name):
    """Load the part that holds `name` when it is first asked for, so that importing this costs nothing."""
    if name not in _homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_homes[name]}", __name__), name)


def __dir__():
    return sorted(__all__)
