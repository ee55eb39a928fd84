"""The denoising autoencoder's noisy input is the clean image on the average.

On sheet A, 1.2c, it is: the noise has mean zero and is added. The code of sheet L adds it and then clips to [0, 1],
under the comment "Add Gaussian noise": what is fed in is no longer x + epsilon, and its mean is x for x = 1/2 only.
Most pixels of a digit are black, and there half of the noise is cut off.
"""

from sympy import Eq

from derivations.autoencoders import clipped_noise_mean as right
from derivations.autoencoders.clipped_noise_mean import clipped_mean, x

holds, truth = False, "clipped_noise_mean"
correction = "Clipping moves the mean towards 1/2: the mean is x only where x = 1/2."
parameters, derivation = right.parameters, right.derivation
statement = Eq(clipped_mean, x, evaluate=False)
sources = ("sheet L 1.2, add_noise, lines 136 to 140 of the code, read as sheet A 1.2c",)
