"""Check many claims, one after the other, with progress."""


def verify_all(names=None, layers=None, progress=None, seed=0):
    """The verdicts of the claims `names` (default: all), in order.

    `layers` as in `verify.NAME`; claims on which an asked layer has nothing to say are asked the others.
    `progress(position, total, name, verdict)` is called before (verdict None) and after each claim.
    """
    import verify

    known = verify.claims()
    names = tuple(names or known)
    for name in names:
        if name not in known:
            getattr(verify, name)  # raises, with the nearest names
    verdicts = []
    for position, name in enumerate(names):
        if progress:
            progress(position, len(names), name, None)
        verifier = getattr(verify, name)
        asked = None if layers is None else [n for n in verifier.layers() if n in layers]
        verdict = verifier(layers=asked, seed=seed) if asked is None or asked else None
        if verdict is not None:
            verdicts.append(verdict)
        if progress:
            progress(position, len(names), name, verdict)
    return verdicts
