"""The mathematics: statements, derivations and the checker that replays them.

```python
derivations.claims()              # the names, in reading order
derivations.claim("kl_gaussian")
derivations.check("kl_gaussian")  # replay every step and attack it
```
"""

import difflib
import functools
from pathlib import Path

CHAPTERS = ("vae", "reparameterization", "gan", "diffusion", "autoencoders", "museum")


@functools.cache
def _chapter_of():
    """Names of the claims and the chapter each lies in."""
    here = Path(__file__).parent
    return {
        path.stem: chapter
        for chapter in CHAPTERS
        for path in sorted((here / chapter).glob("[a-z]*.py"))
    }


def claims():
    """The names of all claims, in reading order."""
    return tuple(_chapter_of())


def claim(name):
    """The claim of that name. Raises `ValueError`, with the nearest names, where there is none."""
    if name not in _chapter_of():
        near = difflib.get_close_matches(name, claims(), n=3, cutoff=0.4)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise ValueError(f"There is no claim named {name!r}.{hint} All names: {', '.join(claims())}.")
    from derivations.claimfile import load

    return load(_chapter_of()[name], name)


def check(name, attack=True, seed=0):
    """Replay the derivation of a claim, and (by default) attack every step with numbers."""
    from derivations.checker import check_claim

    return check_claim(claim(name), attack=attack, seed=seed)


def latex(expr):
    """The LaTeX of an expression or a statement of the language."""
    from derivations.language import latex as render

    return render(expr)
