"""Some layers compute in float64; a device without it must not answer in their place with float32."""


class NoFloat64(Exception):
    """The device computes in float32 where float64 was asked for."""


def require_float64():
    """Raise `NoFloat64` unless JAX, asked for float64, computes in it on the default device."""
    import jax
    import jax.numpy as jnp

    with jax.enable_x64(True):
        try:
            tiny = jax.jit(lambda x: (x + 2.0**-40) - x)(jnp.asarray(1.0, "float64"))
        except Exception as error:  # noqa: BLE001 - each backend refuses in its own words
            raise NoFloat64(f"the device {jax.devices()[0]} has no float64: {error}") from None
    if tiny.dtype != "float64" or float(tiny) != 2.0**-40:
        raise NoFloat64(f"the device {jax.devices()[0]} answered in {tiny.dtype} where float64 was asked for")
