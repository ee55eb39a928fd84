"""The map of errors over a claim's domain in float32: the textbook's form beside the compiled one, value and gradient.

Drawn for every claim that has a closed form, from what `docs.accuracy.survey` measured in the build.
"""

import numpy

from docs.figures.plot import BLUE, INK, ORANGE, VIOLET

GOAL = 8  # ulp
NOTHING_RIGHT = 2.0**23
KINDS = ("textbook", "compiled")
LABELS = {"textbook": "as in the statement", "compiled": "as compiled"}
SMALLEST = 1e-12  # coordinates below are drawn there, since an axis in decades has no zero


def height(survey: dict) -> float:
    """Inches: one row of maps for the value, one for the gradient where it was measured."""
    return 0.8 + 2.0 * len(_rows(survey))


def draw(figure, survey: dict):
    """One map for each form and quantity; a point is a point of the domain, its mark the digits that are lost there."""
    rows = _rows(survey)
    panels = figure.subplots(len(rows), 2, sharex=True, sharey=True, squeeze=False)
    labels = survey["map"]["axes"]
    for what, line in zip(rows, panels):
        for kind, axes in zip(KINDS, line):
            found = survey["map"][what]
            _scatter(axes, found["at"], found[kind])
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_title(f"{what}, {LABELS[kind]}", fontsize=10, color=INK)
    figure.supxlabel(labels[0], fontsize=10)
    figure.supylabel(labels[1] if len(labels) > 1 else "error in ulp", fontsize=10)
    handles = [panels[0][0].scatter([], [], **_mark(error), label=words) for error, words in _legend()]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=9, handletextpad=0.2, columnspacing=1.2)


def _rows(survey: dict) -> list:
    return [what for what in ("value", "gradient") if what in survey["map"]]


def _scatter(axes, places: list, errors: list):
    """Points in three classes, the worst on top; with one coordinate only, the error is the other."""
    known = [(place, error) for place, error in zip(places, errors) if error is not None]
    for low, high in ((0, GOAL), (GOAL, NOTHING_RIGHT), (NOTHING_RIGHT, numpy.inf)):
        group = [(place, error) for place, error in known if low <= error < high or (low == 0 and error == GOAL)]
        if group:
            x = [max(place[0], SMALLEST) for place, _ in group]
            y = [max(place[1], SMALLEST) if len(place) > 1 else max(error, 0.1) for place, error in group]
            axes.scatter(x, y, **_mark(numpy.array([error for _, error in group])))


def _mark(errors) -> dict:
    """Colour, shape and size: what loses more is larger, and nothing is told by colour alone."""
    worst = numpy.max(errors)
    if worst <= GOAL:
        return {"marker": ".", "s": 16, "color": BLUE, "linewidths": 0}
    if worst < NOTHING_RIGHT:
        return {"marker": "o", "s": 3 + numpy.log2(errors), "facecolors": "none", "edgecolors": ORANGE, "linewidths": 0.8}
    return {"marker": "x", "s": 16, "color": VIOLET, "linewidths": 0.9}


def _legend() -> list:
    return [(1.0, "at most 8 ulp"), (2.0**12, "more: digits lost"), (NOTHING_RIGHT, "no digit right")]


def caption() -> str:
    """What the map shows, in words that hold for every claim."""
    return (
        "Errors in float32 against ball arithmetic at the same floats, at random points of the whole domain: extreme ratios, and every second "
        "time parameters that nearly agree. The larger the circle, the more digits are lost. One ulp is a unit in the last place."
    )
