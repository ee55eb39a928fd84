"""Which expressions are affine functions of a variable."""

from derivations.language.word import depends


def line(function, variable):
    """(b, m) where `function` is b + m `variable` with m not zero; None where it is not seen to be."""
    if not function.is_polynomial(variable):
        return None
    polynomial = function.as_poly(variable)
    if polynomial is None or polynomial.degree() != 1:
        return None
    slope, offset = polynomial.all_coeffs()
    return None if depends(slope, variable) or depends(offset, variable) else (offset, slope)
