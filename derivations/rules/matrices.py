"""Scalars built of matrices: traces, quadratic forms, and their means under a multivariate normal law.

Every such scalar is a linear combination of traces of products. A product is written as a word of factors
(symbol, inverted, transposed); A A^-1 is struck out, a covariance is its own transpose, and of all words with
the same trace (rotated, or transposed) the first in a fixed order is taken.
"""

from itertools import product

from sympy import Add, Dummy, Expr, Identity, Inverse, MatAdd, MatMul, MatPow, MatrixSymbol, Mul, S, Trace, Transpose, ZeroMatrix

from derivations.language import E
from derivations.language.multivariate import CovarianceSymbol, Det, MatrixRoot, MultivariateNormalDensity, QuadraticForm, TransportMatrix, is_covariance
from derivations.language.word import depends
from derivations.ring import is_zero, same
from derivations.rules.rule import Normaliser, StepError, bottom_up


class _Scalars(Normaliser):
    """A rule on scalars built of matrices, which are opaque to ring arithmetic."""

    def idle(self, before, after):
        names = {}

        def opaque(expr):
            return expr.replace(lambda n: isinstance(n, (Trace, QuadraticForm, Det)), lambda n: names.setdefault(n, Dummy()))

        return same(opaque(before), opaque(after))


class matrix_algebra(_Scalars):
    """Linearity and cyclicity of the trace, tr A^T = tr A, A A^-1 = I, tr I = d, v^T A v = tr(v^T A v)."""

    name = "matrix algebra"
    summary = (
        "The trace is linear, cyclic and blind to transposition; a matrix cancels with its inverse; the trace of the "
        "identity is the dimension; a covariance is symmetric."
    )

    def normal(self, expr, context):
        return bottom_up(expr, traces)


class matrix_roots(_Scalars):
    """A^(1/2) A^(1/2) = A inside traces and quadratic forms, besides all of matrix algebra."""

    name = "matrix square roots"
    summary = "The square of a matrix's root is the matrix, in whatever place of a product the two stand side by side."

    def normal(self, expr, context):
        return bottom_up(expr, rootless)


class covariance_traces(_Scalars):
    """covariance_traces((P, Y, Q), ...): what exceeds by the traces of P Y Q Y^T, P and Q positive definite, is not smaller.

    The trace is the sum of the squares of the entries of P^(1/2) Y Q^(1/2).
    """

    name = "traces of squares"
    summary = "For positive definite P and Q the trace of P Y Q Y^T is a sum of squares, that of the entries of P^(1/2) Y Q^(1/2)."

    def __init__(self, *terms):
        self.terms = terms

    def replay(self, before, relation, after, context):
        if relation not in (">=", "<="):
            raise StepError(f"{self.name} proves inequalities, not '{relation}'")
        for p, y, q in self.terms:
            for matrix in (p, q):
                if not is_covariance(matrix):
                    raise StepError(f"{matrix} is not known to be symmetric and positive definite")
            if not p.shape[1] == y.shape[0] or not y.shape[1] == q.shape[0]:
                raise StepError(f"{p}, {y} and {q} cannot be multiplied")
        excess = Add(*(Trace(p * y * q * Transpose(y)) for p, y, q in self.terms))
        gap = before - after if relation == ">=" else after - before
        if not self.terms or same(before, after):
            raise StepError("the two sides are equal: there is no step")
        if not is_zero(matrix_roots().normal(gap - excess, context)):
            raise StepError("the two sides do not differ by these traces")
        return f"the two sides differ by {len(self.terms)} such {'trace' if len(self.terms) == 1 else 'traces'}"


class multivariate_moments(_Scalars):
    """E[(x - m)^T A (x - m)] = tr(A Sigma) + (mu - m)^T A (mu - m) for x with mean mu and covariance Sigma."""

    name = "moments of the multivariate normal"
    summary = (
        "With x = mu + e, the mean of e is zero and the mean of e e^T is the covariance; so the mean of "
        "(x - m)^T A (x - m) is tr(A Sigma) + (mu - m)^T A (mu - m)."
    )

    def normal(self, expr, context):
        return bottom_up(bottom_up(expr, lambda node: traces(_moments(node))), traces)


def traces(node):
    """A trace or quadratic form in normal form; any other node as it is."""
    if not isinstance(node, (Trace, QuadraticForm)):
        return node
    return _scalar(_trace_words(node), _inner(node).shape[0])


def rootless(node):
    """A trace or quadratic form with every covariance in roots, and squares of other roots as the matrix; any other node as it is."""
    if not isinstance(node, (Trace, QuadraticForm)):
        return node
    pending, done = _trace_words(node), {}
    while pending:
        word, coefficient = pending.popitem()
        several = _without_root(_stripped(word))
        if several is None:
            done = _sum(done, {_stripped(word): coefficient})
        else:
            pending = _sum(pending, {w: c * coefficient for w, c in several.items()})
    return _scalar(done, _inner(node).shape[0])


def _without_root(word):
    """One rewriting of a word, as {word: coefficient}: a covariance as the square of its root, M M as the matrix that M is
    the root of, and M as M^-1 times that matrix; None where there is nothing left of these.
    """
    for k, (s, inverted, _) in enumerate(word):
        if isinstance(s, CovarianceSymbol):
            return {_reduced(word[:k] + ((MatrixRoot(s), inverted, False),) * 2 + word[k + 1 :]): S.One}
    composite = [k for k, (s, inverted, _) in enumerate(word) if isinstance(s, MatrixRoot) and not isinstance(s.args[0], CovarianceSymbol) and not inverted]
    for k in composite:
        if word[k + 1 : k + 2] == (word[k],):
            return _products({word[:k]: S.One}, _words(word[k][0].args[0]), {word[k + 2 :]: S.One})
    for k in composite:
        s = word[k][0]
        return _products({word[:k] + ((s, True, False),): S.One}, _words(s.args[0]), {word[k + 1 :]: S.One})
    return None


def _inner(node):
    return node.arg if isinstance(node, Trace) else Transpose(node.vector) * node.matrix * node.vector


def _trace_words(node):
    """The scalar as {word: coefficient}, to be read as the sum of coefficient * tr(word)."""
    if isinstance(node, Trace):
        return _words(node.arg)
    return _products(_words(Transpose(node.vector)), _words(node.matrix), _words(node.vector))


def _scalar(words, dimension):
    total = S.Zero
    for word, coefficient in words.items():
        word = _cyclic(word)
        total += coefficient * (Trace(_matrix(word)) if word else dimension)
    return total


def _matrix(word):
    def factor(symbol, inverted, transposed):
        result = Inverse(symbol) if inverted else symbol
        return Transpose(result) if transposed else result

    factors = [factor(*f) for f in word]
    return factors[0] if len(factors) == 1 else MatMul(*factors, evaluate=False)


def _words(expr):
    """A matrix expression as {word: coefficient}; what is not understood is one factor."""
    if isinstance(expr, ZeroMatrix):
        return {}
    if isinstance(expr, Identity):
        return {(): S.One}
    if isinstance(expr, MatAdd):
        return _sum(*(_words(a) for a in expr.args))
    if isinstance(expr, MatMul):
        scalars = [a for a in expr.args if isinstance(a, Expr) and not a.is_Matrix]
        words = _products(*(_words(a) for a in expr.args if a.is_Matrix))
        return {w: Mul(*scalars, c) for w, c in words.items()}
    if type(expr) is MatPow and expr.exp.is_Integer and expr.exp != 0:  # an inverse is one too
        base = expr.base if expr.exp > 0 else Inverse(expr.base)
        return _products(*[_words(base)] * abs(int(expr.exp)))
    if isinstance(expr, Transpose):
        return {_transposed(w): c for w, c in _words(expr.arg).items()}
    if isinstance(expr, Inverse) and isinstance(expr.arg, (MatrixSymbol, MatrixRoot, Identity)):
        return {tuple((s, not inverted, t) for s, inverted, t in w): c for w, c in _words(expr.arg).items()}
    return {((expr, False, False),): S.One}


def _transposed(word):
    return tuple((s, inverted, transposed if isinstance(s, (CovarianceSymbol, MatrixRoot, TransportMatrix)) else not transposed) for s, inverted, transposed in reversed(word))


def _products(*operands):
    """The product of matrices given as words, inverses struck out."""
    result = {}
    for chosen in product(*(o.items() for o in operands)):
        word, coefficient = _reduced(sum((w for w, _ in chosen), ())), Mul(*(c for _, c in chosen))
        result[word] = result.get(word, S.Zero) + coefficient
    return result


def _sum(*operands):
    result = {}
    for operand in operands:
        for word, coefficient in operand.items():
            result[word] = result.get(word, S.Zero) + coefficient
    return result


def _reduced(word):
    kept = []
    for factor in word:
        if kept and _cancel(kept[-1], factor):
            kept.pop()
        else:
            kept.append(factor)
    return tuple(kept)


def _cancel(a, b):
    return a[0] == b[0] and a[1] != b[1] and a[2] == b[2]


def _stripped(word):
    """The word without what cancels between its ends, as under a trace it may."""
    while len(word) > 1 and _cancel(word[-1], word[0]):
        word = word[1:-1]
    return word


def _cyclic(word):
    """The first of all words that have the same trace."""
    word = _stripped(word)
    rotations = [w[k:] + w[:k] for w in (word, _transposed(word)) for k in range(len(word))]
    return min(rotations, key=lambda w: [(str(s), i, t) for s, i, t in w], default=())


def _moments(node):
    """E of a sum of traces under a multivariate normal law; terms that are no such thing stay expectations."""
    if not (isinstance(node, E) and isinstance(node.density, MultivariateNormalDensity) and node.density.x == node.bound):
        return node
    law, x = node.density, node.bound
    if not isinstance(x, MatrixSymbol) or depends(law.mu, x) or depends(law.covariance, x):
        return node
    total, rest = S.Zero, S.Zero
    for term in Add.make_args(node.integrand.expand()):
        inside = [f for f in Mul.make_args(term) if depends(f, x)]
        outside = Mul(*(f for f in Mul.make_args(term) if not depends(f, x)))
        mean = S.One if not inside else _mean(inside[0], law) if len(inside) == 1 else None
        if mean is None:
            rest += term
        else:
            total += outside * mean
    return total if rest == 0 else total + E(rest, law, x)


def _mean(scalar, law):
    """E of one trace or quadratic form in x; None if it is of degree above two."""
    if not isinstance(scalar, (Trace, QuadraticForm)):
        return None
    noise = MatrixSymbol("_noise", *law.x.shape)
    centred = scalar.xreplace({law.x: law.mu + noise})
    mean = {}
    for word, coefficient in _trace_words(centred).items():
        places = [k for k, f in enumerate(word) if f[0] == noise]
        if depends(coefficient, noise) or any(depends(s, noise) for s, *_ in word if s != noise):
            return None
        if len(places) == 1:
            continue
        if len(places) == 2:
            word = _paired(word, noise, law.covariance)
            if word is None:
                return None
        elif places:
            return None
        mean = _sum(mean, {word: coefficient})
    return _scalar(mean, _inner(scalar).shape[0])


def _paired(word, noise, covariance):
    """tr(e e^T R) has the mean tr(Sigma R); None where the two stand otherwise."""
    for k in range(len(word)):
        rotated = word[k:] + word[:k]
        if rotated[0] == (noise, False, False) and rotated[1] == (noise, False, True):
            pairs = _words(covariance)
            if len(pairs) != 1:
                return None
            ((sigma, one),) = pairs.items()
            return _reduced(sigma + rotated[2:]) if one == 1 else None
    return None
