"""The vectors that the claims about independent coordinates speak of.

z, x, mu, log_var and logits are vectors of length d with entries z_i, x_i, ...; a law with independent coordinates
is the product of its coordinates' densities.
"""

from sympy import IndexedBase, Product

from derivations.language.word import integer

d, i = integer("d i")
z, x, mu, log_var, logits = (IndexedBase(name, real=True) for name in ("z", "x", "mu", "lambda", "ell"))


def independent(density):
    """The density of the vector whose i-th coordinate has the given density, i = 1, ..., d."""
    return Product(density, (i, 1, d))
