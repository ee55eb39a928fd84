"""Names as they are typed: accents, fonts, braces, subscripts and indices, up to the SymPy object that is meant."""
import sympy as sp

from . import arithmetic
from .arithmetic import Sized
from .cursor import Cursor
from .functions import CALLS, CONSTANTS
from .names import at, indices, is_array, split_word
from .tokens import ACCENT_COMMANDS, FONTS, Token

_prefixes = frozenset(("np", "numpy", "jnp", "math", "torch", "sp", "sympy"))


class TypedNames(Cursor):
    """Reads a symbol, an entry of an array, a constant, or what a name calls.

    Stands on `names`, the declared names, `functions`, the declared functions, and `bound`, the indices of the sums
    around the place.
    """

    def is_name_group(self):
        """Whether the brace here holds a bare name, as in {\\bar\\alpha}_t."""
        k = self.place + 1
        while self.tokens[k].kind in ("word", "command") and self.tokens[k].text not in ("frac", "sqrt", "sum", "log"):
            k += 1
        return k > self.place + 1 and self.tokens[k].kind == "mark" and self.tokens[k].text == "}" and (
            self.tokens[k + 1].text in ("_", "^") or self.tokens[k + 1].kind == "subscript") and k <= self.place + 4

    def named(self):
        """A symbol, an entry of an array, a function call, a constant, or a product of run-together names."""
        start = self.token
        self.nodes += 1
        if start.kind == "word" and start.text.startswith(("Sigma_", "Pi_", "sum_", "Sum_", "prod_")) and (
                self.names.word(start.text) is None and not self.names.begins(start.text.partition("_")[0])):
            return self.subscripted_sum(start)
        accents, letters, shown = self.deeper(self.head)
        if not accents:
            special = self.special(start, letters, shown)
            if special is not None:
                return special
        if start.kind == "word" and self.text_is_run_together(accents, letters, shown):
            return self.run_together(start, accents, shown)
        exponent = None
        subscript = self.subscript() if self.at_subscript() else None
        if subscript is None and (self.sees("^") or self.token.kind == "superscript"):
            exponent = self.exponent_before_subscript()
            if exponent is not None:
                subscript = self.subscript()
        value = self.symbol(start, accents, letters, shown, subscript)
        return value if exponent is None else self.sized(start, arithmetic.power, value, exponent)

    def special(self, start, letters, shown):
        """What a head without accents means when it is no declared symbol: a function, a sum, a constant."""
        declared = self.names.find((), letters) is not None
        if self.functions:
            place = self.place
            full = letters + (self.subscript() if self.at_subscript() else "")
            if full in self.functions and self.sees("("):
                return self.declared_call(start, full)
            self.place = place
        if declared:
            return None
        if letters in _prefixes and self.sees("."):
            self.advance()
            return self.named() if self.token.kind == "word" and (
                self.token.text in CALLS or self.token.text in ("sum", "prod", "pi", "e")) else self.fail_here("a function such as log")
        if letters in ("sum", "prod", "Sum", "Product") or (
                letters in ("Sigma", "Pi") and self.at_subscript() and start.kind == "word" and not self.names.begins(letters)):
            kind = "∑" if letters in ("sum", "Sum", "Sigma") else "∏"
            return self.total_call(start, kind) if self.sees("(") else self.over_index(start, kind)
        plain = shown.replace("_", "") if shown.startswith("log") else letters
        if plain in CALLS:
            return self.call(start, plain)
        if letters in CONSTANTS and not self.at_subscript():
            return Sized(CONSTANTS[letters], 0)
        return None

    def head(self):
        """The letters of a name with its accents, out of whatever fonts and braces they wear."""
        token = self.token
        if token.kind == "command" and token.text in ACCENT_COMMANDS:
            self.advance()
            accents, letters, shown = self.deeper(self.braced_head)
            return accents + [ACCENT_COMMANDS[token.text]], letters, f"{shown}_{ACCENT_COMMANDS[token.text]}"
        if token.kind == "command" and token.text in FONTS:
            self.advance()
            return self.deeper(self.braced_head)
        if self.sees("{"):
            return self.braced_head()
        if token.kind in ("word", "command") and token.text not in ("frac", "dfrac", "tfrac", "cfrac"):
            self.advance()
            accents, letters = split_word(token.text)
            return accents, letters, token.text
        self.fail_here("a name")

    def braced_head(self):
        if not self.sees("{"):
            return self.head()
        opened = self.advance()
        accents, letters, shown = self.head()
        if self.at_subscript():
            subscript = self.subscript()
            letters, shown = letters + subscript, f"{shown}_{subscript}"
        self.expect("}", opened)
        return accents, letters, shown

    def at_subscript(self):
        return self.sees("_") or self.token.kind == "subscript" or (
            self.sees("[") and not self.token.spaced and not self.latex)

    def exponent_before_subscript(self):
        """The exponent of \\sigma^2_1, if a subscript follows it; else nothing is consumed."""
        if self.token.kind == "superscript":
            ahead = self.tokens[self.place + 1]
        elif self.tokens[self.place + 1].kind == "number":
            ahead = self.tokens[self.place + 2]
        elif self.tokens[self.place + 1].text == "{" and self.tokens[self.place + 2].kind == "number" and \
                self.tokens[self.place + 3].text == "}":
            ahead = self.tokens[self.place + 4]
        else:
            return None
        if not (ahead.kind == "subscript" or ahead.kind == "mark" and ahead.text == "_"):
            return None
        if self.token.kind == "superscript":
            return self.superscript()
        self.advance()
        return self.deeper(self.exponent)

    def subscript(self):
        """The subscript here as letters run together, without fonts and braces: `t-1`, `data`, `1`."""
        token = self.advance()
        if token.kind == "subscript":
            return token.text
        if token.text == "_" and not self.sees("{", "("):
            part = self.advance()
            if part.kind == "number" and self.latex and len(part.text) > 1:
                self.fail("In LaTeX only the first digit of this subscript is lowered", part, f"_{{{part.text}}}")
            if part.kind == "command" and part.text in FONTS:
                self.place -= 1
                return "".join(self.head()[1:2])
            if part.kind in ("number", "word", "command"):
                return "".join(split_word(part.text)[1])
            self.place -= part.kind != "end"
            self.fail_here("a name, a number or {...} as a subscript")
        opened = token if token.text == "[" else self.advance()
        closing = {"[": "]", "{": "}", "(": ")"}[opened.text]
        letters, inner = [], 0
        while inner or not self.sees(closing):
            part = self.advance()
            inner += (part.text == "{") - (part.text == "}")
            if part.kind in ("number", "word", "command", "subscript") or part.text in ("+", "-", ",", "*"):
                letters += [] if part.text in FONTS else [split_word(part.text)[1]] if part.kind == "word" else [part.text]
            elif part.text not in ("{", "}", "_") or len(letters) > 20:
                self.place -= part.kind != "end"
                self.fail_here(f"a name or a number, and {closing}")
        self.advance()
        return "".join(letters)

    def symbol(self, start, accents, letters, shown, subscript):
        """The value of a name with its subscript."""
        if subscript is not None:
            value = self.names.find(accents, letters + subscript)
            if value is not None and not is_array(value):
                return self.entry(start, value, None)
            base = self.names.find(accents, letters)
            if base is not None and is_array(base):
                return self.entry(start, base, self.index(start, subscript))
            if value is not None:
                return self.entry(start, value, None)
            raise self.names.unknown(f"{shown}_{subscript}", self.text, start.start)
        if not accents and letters in self.bound:
            return Sized(self.bound[letters])
        value = self.names.find(accents, letters)
        if value is not None:
            return self.entry(start, value, None)
        if "_" in shown:
            stem, _, last = shown.rpartition("_")
            more, base_letters = split_word(stem)
            base = self.names.find(tuple(accents) if accents else more, base_letters)
            if base is not None and is_array(base) and last not in ("bar", "tilde", "hat"):
                return self.entry(start, base, self.index(start, last))
        return self.run_together(start, accents, shown)

    def text_is_run_together(self, accents, letters, shown):
        """Whether a word is no name of its own, with or without the subscript after it."""
        if accents or "_" in shown or letters in self.bound or self.names.find((), letters) is not None:
            return False
        return len(shown) <= 60 and not self.at_subscript() and bool(self.names.pieces(shown))

    def run_together(self, start, accents, shown):
        """mu1sigma2 as a product, if there is exactly one way to cut it."""
        ways = self.names.pieces(shown) if not accents and len(shown) <= 60 else []
        if len(ways) > 1:
            self.fail(f"{shown} can be read as more than one product", start, "* between the factors")
        if ways and len(ways[0]) > 1:
            return self.symbol_of_first(start, ways[0])
        if self.sees("("):
            known = sorted(set(CALLS) | set(self.functions) | {"sum"})
            if self.names.nearest(shown) is None:
                self.fail(f"The function {shown[:40]} is unknown here", start, ", ".join(known))
        raise self.names.unknown(shown, self.text, start.start)

    def symbol_of_first(self, start, pieces):
        """The first of several names typed as one word; the others are put back, so that ab^2 is a b^2."""
        first, *rest = pieces
        place = start.start + len(first)
        self.tokens[self.place:self.place] = [Token("word", piece, place, start.end) for piece in rest]
        return self.entry(start, self.names.word(first), None)

    def entry(self, start, value, index):
        """A declared value; an array without a subscript takes the index of the sum around it, or its own."""
        if isinstance(value, sp.IndexedBase) and index is None:
            self.fail(f"{value} needs a subscript", start, f"{value}_i")
        if index is None and is_array(value) and len(indices(value)) == 1:
            (own,) = indices(value)
            index = self.bound.get("", own)
        if index is not None and len(indices(value)) <= 1:
            value = at(value, index)
        if arithmetic.is_matrix(value) and value.shape == (1, 1):
            return Sized(sp.Trace(value))
        return Sized(value)

    def index(self, start, letters):
        """The index a subscript stands for: i, t-1, or a whole number."""
        for sign in ("+", "-"):
            stem, found, shift = letters.rpartition(sign)
            if found and stem and shift.isdigit() and len(shift) <= 4:
                offset = int(shift) if sign == "+" else -int(shift)
                return self.index(start, stem) + offset
        if letters.isdigit() and len(letters) <= 4:
            return sp.Integer(int(letters))
        if letters in self.bound:
            return self.bound[letters]
        known = {str(index): index for index in self.names.indices}
        value = known.get(letters)
        if value is None:
            value = self.names.find(*split_word(letters))
        if value is None or is_array(value) or arithmetic.is_matrix(value):
            shown = ", ".join([*known, *(name for name in self.bound if name)]) or "a sum over an index"
            self.fail(f"The index {letters[:40]} is unknown here", start, shown)
        return value
