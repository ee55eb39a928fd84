"""Convolutions of images (height, width, channels), their transposes, and layers of both. Page: transposed_convolution_adjoint.

A convolution, its transpose and the gradient of its weights are the gradients of one form that is linear in three arguments,

    <g, convolved(x, w)> = <transposed(g, w), x> = <weighed(x, g), w>,

so that each has the other two as its derivatives, of every order. On a CPU they are products of matrices, a few images at a
time: XLA's own gradients of convolutions are slow there, and inside a loop a hundred times slower. Elsewhere they are XLA's.
"""

import functools
import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

PATCHES = 2**19  # numbers in the windows of the images that are multiplied at once: 2 MiB, which stay in a core's cache


class Convolution(eqx.Module):
    """A convolution of one image, (height, width, inputs) to (height', width', outputs), with first weights as equinox draws them."""

    weight: jax.Array
    bias: jax.Array | None
    stride: int = eqx.field(static=True)
    padding: int = eqx.field(static=True)

    def __init__(self, inputs, outputs, kernel, key, stride=1, padding=0, use_bias=True):
        self.weight, self.bias = _first(key, (outputs, kernel, kernel, inputs), outputs, inputs * kernel**2, use_bias)
        self.stride, self.padding = stride, padding

    def __call__(self, x):
        found = convolved(x[None], self.weight, self.stride, self.padding)[0]
        return found if self.bias is None else found + self.bias


class TransposedConvolution(eqx.Module):
    """The transpose of a convolution, with a bias: it makes an image `stride` times as large where kernel = stride + 2 padding."""

    weight: jax.Array
    bias: jax.Array | None
    stride: int = eqx.field(static=True)
    padding: int = eqx.field(static=True)

    def __init__(self, inputs, outputs, kernel, key, stride=1, padding=0, use_bias=True):
        self.weight, self.bias = _first(key, (inputs, kernel, kernel, outputs), outputs, inputs * kernel**2, use_bias)
        self.stride, self.padding = stride, padding

    def __call__(self, x):
        sides = tuple((side - 1) * self.stride + self.weight.shape[1] - 2 * self.padding for side in x.shape[:2])
        found = transposed(x[None], self.weight, self.stride, self.padding, sides)[0]
        return found if self.bias is None else found + self.bias


def _first(key, shape, outputs, inputs, use_bias):
    bound, keys = 1 / math.sqrt(inputs), jax.random.split(key)
    weight = jax.random.uniform(keys[0], (math.prod(shape),), minval=-bound, maxval=bound).reshape(shape)
    return weight, jax.random.uniform(keys[1], (outputs,), minval=-bound, maxval=bound) if use_bias else None


def convolved(x, weight, stride, padding):
    """Every window of zero-padded images x (n, height, width, inputs) times the weights (outputs, kernel, kernel, inputs)."""
    return _convolved.bind(x, weight, stride=stride, padding=padding)


def transposed(g, weight, stride, padding, sides):
    """The images (n, *sides, inputs) to which the transpose of `convolved` takes g (n, height', width', outputs)."""
    return _transposed.bind(g, weight, stride=stride, padding=padding, sides=sides)


def weighed(x, g, stride, padding, kernel):
    """The gradient of <g, convolved(x, weight)> by the weights: every window of x times what g has there, added up."""
    return _weighed.bind(x, g, stride=stride, padding=padding, kernel=kernel)


# --- by products of matrices, a few images at a time


def _windows(x, stride, padding, kernel):
    """(n, height', width', numbers of a window), in the order of `_matrix`.

    Squares of stride x stride pixels become one; then a window is a few whole squares, and all windows are a few slices.
    """
    n, height, width, depth = x.shape
    across, (down, along) = -(-kernel // stride), _places(height, width, stride, padding, kernel)
    rows, columns = down + across - 1, along + across - 1
    # lax.pad, as the last windows may end before the image does: it then cuts
    ends = ((padding, rows * stride - height - padding, 0), (padding, columns * stride - width - padding, 0))
    x = lax.pad(x, jnp.zeros((), x.dtype), ((0, 0, 0), *ends, (0, 0, 0)))
    squares = x.reshape(n, rows, stride, columns, stride, depth).swapaxes(2, 3).reshape(n, rows, columns, stride**2 * depth)
    return jnp.concatenate([squares[:, i : i + down, j : j + along] for i in range(across) for j in range(across)], -1)


def _matrix(weight, stride):
    """The weights as a matrix (outputs, numbers of a window)."""
    outputs, kernel, _, depth = weight.shape
    across = -(-kernel // stride)
    beyond = across * stride - kernel
    weight = jnp.pad(weight, ((0, 0), (0, beyond), (0, beyond), (0, 0)))
    return weight.reshape(outputs, across, stride, across, stride, depth).swapaxes(2, 3).reshape(outputs, -1)


def _convolved_by_products(x, weight, *, stride, padding):
    matrix = _matrix(weight, stride)

    def some(x):
        windows = _windows(x, stride, padding, weight.shape[1])
        return lax.dot_general(windows, matrix, (((3,), (1,)), ((), ())))

    return _in_parts(some, _part(x, weight, stride, padding), x)


def _transposed_by_products(g, weight, *, stride, padding, sides):
    matrix = _matrix(weight, stride)

    def some(g):
        image = jax.ShapeDtypeStruct((len(g), *sides, weight.shape[-1]), g.dtype)
        scattered = jax.linear_transpose(lambda x: _windows(x, stride, padding, weight.shape[1]), image)
        return scattered(lax.dot_general(g, matrix, (((3,), (0,)), ((), ()))))[0]

    return _in_parts(some, _part(jax.ShapeDtypeStruct((len(g), *sides, weight.shape[-1]), g.dtype), weight, stride, padding), g)


def _weighed_by_products(x, g, *, stride, padding, kernel):
    weight = jax.ShapeDtypeStruct((g.shape[-1], kernel, kernel, x.shape[-1]), x.dtype)

    def some(x, g):
        rows = [a.reshape(-1, a.shape[-1]) for a in (g, _windows(x, stride, padding, kernel))]
        return lax.dot_general(*rows, (((0,), (0,)), ((), ())))

    part = _part(x, weight, stride, padding)
    total = some(x, g) if part == len(x) else lax.scan(
        lambda total, pair: (total + some(*pair), None),
        jnp.zeros(jax.eval_shape(_matrix_of(stride), weight).shape, x.dtype), [_parted(a, part) for a in (x, g)],
    )[0]  # fmt: skip
    return jax.linear_transpose(_matrix_of(stride), weight)(total)[0]


def _matrix_of(stride):
    return functools.partial(_matrix, stride=stride)


def _in_parts(some, part, x):
    """`some` of all images, so many at once."""
    if part == len(x):
        return some(x)
    found = lax.map(some, _parted(x, part))
    return found.reshape(len(x), *found.shape[2:])


def _parted(x, part):
    return x.reshape(len(x) // part, part, *x.shape[1:])


def _part(x, weight, stride, padding):
    """The largest number of images that divides their number, and whose windows are few enough."""
    n, height, width, depth = x.shape
    one = math.prod(_places(height, width, stride, padding, weight.shape[1])) * weight.shape[1] ** 2 * depth
    return next(m for m in range(n, 0, -1) if n % m == 0 and (m * one <= PATCHES or m == 1))


def _places(height, width, stride, padding, kernel):
    return tuple((side + 2 * padding - kernel) // stride + 1 for side in (height, width))


# --- by XLA's convolutions


def _convolved_by_xla(x, weight, *, stride, padding):
    return lax.conv_general_dilated(x, weight, (stride, stride), [(padding, padding)] * 2, dimension_numbers=("NHWC", "OHWI", "NHWC"))


def _transposed_by_xla(g, weight, *, stride, padding, sides):
    image = jax.ShapeDtypeStruct((len(g), *sides, weight.shape[-1]), g.dtype)
    return jax.linear_transpose(lambda x: _convolved_by_xla(x, weight, stride=stride, padding=padding), image)(g)[0]


def _weighed_by_xla(x, g, *, stride, padding, kernel):
    weight = jax.ShapeDtypeStruct((g.shape[-1], kernel, kernel, x.shape[-1]), x.dtype)
    return jax.linear_transpose(lambda w: _convolved_by_xla(x, w, stride=stride, padding=padding), weight)(g)[0]


# --- the three as operations of JAX, each with the others as its derivatives


def _operation(name, by_products, by_xla):
    operation = Primitive(name)
    operation.def_impl(lambda *arrays, **how: _run(operation, tuple(how.items()))(*arrays))
    operation.def_abstract_eval(lambda *shapes, **how: jax.core.ShapedArray(*_shape(by_xla, shapes, how)))
    mlir.register_lowering(operation, mlir.lower_fun(by_xla, multiple_results=False))
    mlir.register_lowering(operation, mlir.lower_fun(by_products, multiple_results=False), platform="cpu")
    batching.primitive_batchers[operation] = functools.partial(_batched, operation, by_products)
    return operation


@functools.cache
def _run(operation, how):
    return jax.jit(functools.partial(operation.bind, **dict(how)))


def _shape(by_xla, shapes, how):
    found = jax.eval_shape(functools.partial(by_xla, **how), *(jax.ShapeDtypeStruct(s.shape, s.dtype) for s in shapes))
    return found.shape, found.dtype


def _batched(operation, by_products, arrays, axes, **how):
    """Batches of images are more images; batches of weights are computed one by one."""
    images, weight = arrays
    if axes[1] is None and operation is not _weighed:
        images = jnp.moveaxis(images, axes[0], 0)
        found = operation.bind(images.reshape(-1, *images.shape[2:]), weight, **how)
        return found.reshape(*images.shape[:2], *found.shape[1:]), 0
    return jax.vmap(functools.partial(by_products, **how), axes)(*arrays), 0


_convolved = _operation("convolved", _convolved_by_products, _convolved_by_xla)
_transposed = _operation("transposed", _transposed_by_products, _transposed_by_xla)
_weighed = _operation("weighed", _weighed_by_products, _weighed_by_xla)

ad.defbilinear(
    _convolved,
    lambda g, x, weight, **how: transposed(g, weight, **how, sides=x.aval.shape[1:3]),
    lambda g, x, weight, **how: weighed(x, g, **how, kernel=weight.aval.shape[1]),
)
ad.defbilinear(
    _transposed,
    lambda x, g, weight, stride, padding, sides: convolved(x, weight, stride, padding),
    lambda x, g, weight, stride, padding, sides: weighed(x, g, stride, padding, weight.aval.shape[1]),
)
ad.defbilinear(
    _weighed,
    lambda weight, x, g, stride, padding, kernel: transposed(g, weight, stride, padding, x.aval.shape[1:3]),
    lambda weight, x, g, stride, padding, kernel: convolved(x, weight, stride, padding),
)
