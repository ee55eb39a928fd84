"""The gradient of the mean squared error is twice the error.

So in the code of sheet L, 1.2: what is printed as the loss is a mean over pixels and batch, and what is called its
gradient is that of the sum. With 784 pixels and a batch of 32 the step is 25,088 times the one that the printed loss and
the learning rate 0.01 promise; and it grows with the size of the batch.
"""

from sympy import Eq

from derivations.autoencoders import mean_squared_error_gradient as right
from derivations.autoencoders.mean_squared_error_gradient import slope, x, y

holds, truth = False, "mean_squared_error_gradient"
parameters, derivation = right.parameters, right.derivation
statement = Eq(slope, 2 * (y - x), evaluate=False)
sources = ("sheet L 1.2, lines 61 and 62 of the code beside line 110",)
