"""The variance of the step back, right and with the index off by one."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE

CLAIM = "ddpm_posterior_wrong_index"
HEIGHT = 3.0
STEPS, SHOWN = 1000, 60
CAPTION = (
    "The variance of the step back, for the first steps of the linear schedule of 1000; both axes are logarithmic. With the wrong index it is the "
    "variance of a whole step; the right one is far smaller at the start of the chain, where the picture is almost clean."
)


def draw(figure):
    betas = numpy.linspace(1e-4, 0.02, STEPS)
    steps = numpy.arange(2, SHOWN + 1)
    right, wrong = (numpy.asarray(form.numpy()(betas, steps))[..., -1] for form in (verify.ddpm_posterior, verify.ddpm_posterior_wrong_index))
    axes = figure.subplots()
    axes.loglog(steps, wrong, ORANGE)
    axes.loglog(steps, right, BLUE)
    axes.text(3, 2.1e-4, r"with $\bar\alpha_t$: wrong", color=ORANGE, ha="center")
    axes.text(5, 9e-5, r"with $\bar\alpha_{t-1}$: right", color=BLUE)
    axes.set_xticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.set_xlabel(r"step $t$")
    axes.set_ylabel("variance")
