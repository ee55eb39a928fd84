"""The names a formula may use, each under every spelling people give it: sigma1, sigma_1, σ1, σ₁, \\sigma_{1}."""
import difflib

import sympy as sp
from sympy.core.function import AppliedUndef

from .alphabet import GREEK, VARIANTS
from .errors import FormulaError
from .tokens import ACCENT_COMMANDS, FONTS, tokens

_accents = ("bar", "tilde", "hat")
_greek = frozenset(GREEK.values())


def spelling(name):
    """The key under which all spellings of `name` meet: its accents, and its letters and subscript run together.

    `\\bar{\\alpha}_{t-1}` and `alpha_bar_{t-1}` both give (("bar",), "alphat-1").
    """
    accents, letters = [], []
    for token in tokens(name):
        if token.kind == "command" and token.text in ACCENT_COMMANDS:
            accents.append(ACCENT_COMMANDS[token.text])
        elif token.kind == "word":
            more, rest = split_word(token.text)
            accents += more
            letters.append(rest)
        elif token.kind in ("number", "subscript", "superscript") or token.text in ("+", "-", ",", "*"):
            letters.append(token.text)
        elif token.kind == "command" and token.text not in FONTS:
            letters.append(token.text)
    return tuple(sorted(accents)), "".join(letters)


def split_word(word):
    """The accents named inside a plain word, and its other letters: alpha_bar_t, alphabar and bar_alpha."""
    accents, letters = [], []
    for part in word.split("_"):
        if part in _accents:
            accents.append(part)
            continue
        for accent in _accents:
            stem = part.removesuffix(accent)
            if stem != part and (stem in _greek or len(stem) == 1):
                accents.append(accent)
                part = stem
                break
        letters.append(_plain(part))
    return accents, "".join(letters)


def _plain(part):
    stem = part.rstrip("0123456789")
    return VARIANTS.get(stem, stem) + part[len(stem):]


class Names:
    """What each name stands for.

    `symbols` maps a name in any spelling to a SymPy object: a Symbol, an Indexed such as mu[i], an IndexedBase, a
    MatrixSymbol, or an expression in them. Raises ValueError if two names that read alike stand for different things.
    """

    def __init__(self, symbols):
        self.shown = sorted(dict.fromkeys(symbols))
        self._values = {}
        for name, value in symbols.items():
            key = spelling(name)
            if self._values.setdefault(key, value) != value:
                raise ValueError(f"symbols: {name!r} reads like another name that stands for something else")
        own = {index for value in self._values.values() for index in indices(value)}
        self.indices = tuple(sorted(own - set(self._values.values()), key=str))

    def find(self, accents, letters):
        """What the name stands for, or None."""
        return self._values.get((tuple(sorted(accents)), letters))

    def word(self, word):
        """What a plain word stands for, or None."""
        if word.startswith("_") or word.endswith("_"):
            return None
        return self.find(*split_word(word))

    def begins(self, letters):
        """Whether any name begins with `letters`: then Σ₁ is that name, and no sum."""
        return any(key.startswith(letters) for _, key in self._values)

    def pieces(self, word):
        """A run of letters as a product of known names, such as mu1sigma2: every way to cut it, at most two."""
        ways = [[] for _ in range(len(word) + 1)]
        ways[0] = [()]
        for end in range(1, len(word) + 1):
            for start in range(end):
                if ways[start] and not word[start].isdigit() and self.word(word[start:end]) is not None:
                    ways[end] += [way + (word[start:end],) for way in ways[start]]
            ways[end] = ways[end][:2]
        return ways[len(word)]

    def nearest(self, word):
        """The allowed name most like `word`, or None."""
        near = difflib.get_close_matches(word[:40], self.shown, n=1)
        return near[0] if near else None

    def unknown(self, word, text, position):
        """The error for a name that stands for nothing."""
        near = self.nearest(word)
        hint = f"; did you mean {near}?" if near else ""
        return FormulaError(f"The symbol {word[:40]} is unknown here{hint}", text, position,
                            ", ".join(self.shown) or "numbers only")


def indices(value):
    """The symbols by which an array inside `value` is indexed: i of mu[i], t of alpha(t)."""
    if isinstance(value, sp.IndexedBase):
        return frozenset()
    found = set()
    for part in value.atoms(sp.Indexed, AppliedUndef):
        for index in part.indices if isinstance(part, sp.Indexed) else part.args:
            found |= {s for s in index.atoms(sp.Idx)} or index.free_symbols
    return frozenset(found)


def is_array(value):
    """Whether `value` takes one index."""
    return isinstance(value, sp.IndexedBase) or len(indices(value)) == 1


def at(value, index):
    """The entry of the array `value` at `index`: mu[i] at j is mu[j]."""
    if isinstance(value, sp.IndexedBase):
        return value[index]
    (own,) = indices(value)
    return value.xreplace({own: index})
