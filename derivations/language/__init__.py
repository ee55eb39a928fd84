"""The language of statements: the words that SymPy lacks."""

from derivations.language.bernoulli import Bernoulli, BernoulliDensity, Softplus
from derivations.language.chain import (
    Alpha, AlphaBar, ForwardMarginal, NoiseVariance, NonMarkovMarginal, ReverseDensity, non_markov_mean, non_markov_step, redrawn, transition,
)  # fmt: skip
from derivations.language.clipped import ClippedMean
from derivations.language.convolution import Convolution, PaddedEntry, TransposedConvolution
from derivations.language.counting import DenseParameters, Entries, Multiples, WindowPlaces
from derivations.language.density import Density, Law
from derivations.language.divergences import JS, KL, Entropy, Hellinger
from derivations.language.elbo import ELBO
from derivations.language.excess import ExpDifference, ExpExcess, FoldedExcess, ItakuraSaito
from derivations.language.extreme import Exponential, ExponentialDensity, Gumbel, GumbelDensity
from derivations.language.functions import AbstractFunction, Discriminator, Function, Slope, SlopeFunction, UnitFunction
from derivations.language.gan import Accuracy, GANValue
from derivations.language.given import GivenDensity, given_density
from derivations.language.information import LogInceptionScore, MutualInformation
from derivations.language.integral import E, Int, Var
from derivations.language.iwae import IWAE, AllBut
from derivations.language.laplace import Laplace, LaplaceDensity
from derivations.language.latex import latex
from derivations.language.layers import LeakyReLU, Named, Sigmoid, SigmoidLayer, named, sigmoid_layer
from derivations.language.limits import LimitAtInfinity
from derivations.language.maps import Antiderivative, DerivativeAt, DistributionFunction, InverseMap, JacobianDeterminant, LowerIntegral, Map, MapValue
from derivations.language.multivariate import CovarianceExcess, CovarianceSymbol, Det, MatrixRoot, MultivariateNormal, MultivariateNormalDensity, QuadraticForm, TransportMatrix
from derivations.language.noised import CleanGivenDiffused, CleanGivenNoised, DiffusedDensity, NoisedDensity
from derivations.language.normal import Normal, NormalDensity, Uniform, UniformDensity
from derivations.language.optimum import ArgMax, ArgMin, Maximum, Minimum
from derivations.language.pushforward import Indicator, Probability, Pushforward
from derivations.language.spectral import ActivatedVector, NormalisedMatrix, SpectralNorm
from derivations.language.transport import Wasserstein
from derivations.language.word import Binder, Word, depends, integer, positive, real
