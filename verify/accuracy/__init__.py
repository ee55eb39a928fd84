"""How many digits the compiled closed forms have, in float32 and float64, against ball arithmetic.

`measure("kl_gaussian", "float32")` evaluates the form that a caller gets at hard points of the domain (nearly
equal parameters, extreme ratios) and says how far it is from the exact value at exactly those floats, in units
in the last place (ulp).
"""

from verify.accuracy.forms import measurable
from verify.accuracy.measure import Accuracy, measure, side_by_side

__all__ = ["Accuracy", "measurable", "measure", "side_by_side"]
