"""Sums and products over an index: \\sum_{i=1}^{d} (...), Σ_i (...), sum(..., i), sum(..., (i, 1, d))."""
import sympy as sp

from . import arithmetic
from .arithmetic import Sized
from .cursor import Cursor
from .tokens import Token

_operations = {"∑": sp.Sum, "∏": sp.Product}


class IndexSums(Cursor):
    """Reads a sum or a product over an index.

    Stands on `names`, the declared names, `ranges`, the declared range of each index, and `bound`, the indices of the
    sums around the place.
    """

    def subscripted_sum(self, start):
        """Σ_i and sum_i, which the tokens take for one word."""
        sign, _, index = start.text.partition("_")
        self.tokens[self.place] = Token("subscript", index, start.start + 1, start.end)
        return self.over_index(start, "∏" if sign in ("Pi", "prod") else "∑")

    def over_index(self, start, kind):
        r"""\sum_{i=1}^{d} body: the body is all that is multiplied, up to the next + or -."""
        name = low = high = None
        for _ in range(2):
            if name is None and self.at_subscript():
                name, low = self.index_and_low(start)
            elif high is None and (self.sees("^") or self.token.kind == "superscript"):
                high = self.upper()
        inner = self.token
        previous, index = self.bind(start, name)
        body = self.deeper(self.term)
        self.bound = previous
        if name is None and not body.expr.has(index):
            self.no_index(start)
        return self.totalled(start, inner, kind, body, index, low, high)

    def total_call(self, start, kind):
        """sum(body), sum(body, i), sum(body, i, 1, d), sum(body, (i, 1, d)); also sum(i=1..d) is not read."""
        opened = self.advance()
        self.brackets.append("(")
        name = self.name_after_body()
        previous, index = self.bind(start, name)
        body = self.deeper(self.sum)
        if name is None and not body.expr.has(index):
            self.no_index(start)
        low = high = None
        if self.sees(","):
            self.advance()
            nested = self.sees("(")
            if nested:
                self.advance()
            self.advance()
            if self.sees(","):
                self.bound = previous
                self.advance()
                low = self.deeper(self.sum)
                if not self.sees(","):
                    self.fail_here(", and the last value of the index")
                self.advance()
                high = self.upper_value()
            if nested:
                self.expect(")", opened)
        self.expect(")", opened)
        self.brackets.pop()
        self.bound = previous
        return self.totalled(start, start, kind, body, index, low, high)

    def name_after_body(self):
        """Look ahead past the body of sum(body, i) for the name of its index."""
        depth, k = 0, self.place
        while self.tokens[k].kind != "end":
            text = self.tokens[k].text if self.tokens[k].kind == "mark" else ""
            if depth == 0 and text in (",", ")"):
                break
            depth += (text in ("(", "[", "{", "[ group")) - (text in (")", "]", "}"))
            k += 1
        if self.tokens[k].text != ",":
            return None
        k += 1 + (self.tokens[k + 1].text == "(")
        if self.tokens[k].kind != "word" or not self.tokens[k].text.isidentifier():
            self.fail("The index of this sum cannot be read", self.tokens[k], "sum(..., i), sum(..., (i, 1, d))")
        return self.tokens[k].text

    def index_and_low(self, start):
        """The name and first value in _{i=1}, _i or ᵢ."""
        if self.token.kind == "subscript":
            return self.advance().text, None
        self.advance()
        if self.sees("{", "("):
            opened = self.advance()
            closing = "}" if opened.text == "{" else ")"
            name = self.index_name()
            low = None
            if self.sees("="):
                self.advance()
                low = self.deeper(self.sum)
            self.expect(closing, opened)
            return name, low
        name = self.index_name()
        if self.sees("="):
            self.advance()
            return name, self.deeper(self.atom)
        return name, None

    def index_name(self):
        token = self.advance()
        if token.kind != "word" or not (len(token.text) == 1 or token.text in {str(i) for i in self.names.indices}):
            self.place -= token.kind != "end"
            self.fail_here("a letter as the index of the sum: i, j, t")
        return token.text

    def upper(self):
        """The last value above a sum sign."""
        if self.token.kind == "superscript":
            token = self.token
            if token.text.isalpha() and self.names.word(token.text) is None:
                self.advance()
                return "any"
            return self.superscript()
        self.advance()
        if self.sees("{") and self.tokens[self.place + 2].text == "}":
            self.advance()
            value = self.upper_value()
            self.advance()
            return value
        return self.upper_value() if self.token.kind in ("word", "command") else self.deeper(self.exponent)

    def upper_value(self):
        """The last value of an index; a letter nobody declared means the dimension, whatever it is called."""
        token = self.token
        following = self.tokens[self.place + 1]
        alone = not (following.kind == "mark" and following.text in "+-*/^_")
        if token.kind == "word" and len(token.text) == 1 and alone and self.names.word(token.text) is None:
            self.advance()
            return "any"
        return self.deeper(self.atom) if self.sees("(") or token.kind in ("word", "number") and alone else self.deeper(self.sum)

    def bind(self, start, name):
        """Open the scope of an index; returns the scope before and the symbol the name stands for."""
        previous = self.bound
        free = [index for index in self.names.indices if index not in previous.values()]
        known = {str(index): index for index in free}
        if name is None:
            if len(free) != 1:
                self.no_index(start)
            index = free[0]
        elif name in known:
            index = known[name]
        elif len(free) == 1 and not previous:
            index = free[0]
        else:
            index = sp.Symbol(name, integer=True)
        self.bound = {**previous, name or str(index): index, "": index}
        return previous, index

    def no_index(self, start):
        self.fail("This sum does not say over which index", start, r"sum(..., i) or \sum_{i=1}^{d} (...)")

    def totalled(self, start, inner, kind, body, index, low, high):
        first, last = self.declared_range(index)
        if high == "any":
            if first is None or low is not None and low.expr not in (sp.S.One, first.expr):
                self.fail("The last value of this sum's index is unknown here", start, ", ".join(self.names.shown))
            low, high = first, last
        if low is None and high is None and first is None:
            self.fail("This sum does not say from where to where", start, rf"\sum_{{{index}=1}}^{{d}}")
        low, high = low or first or Sized(sp.S.One, 0), high or last
        if high is None:
            self.fail("This sum has no last value", start, rf"\sum_{{{index}=1}}^{{d}}")
        for value in (low, high):
            self.scalar(start, value)
        if first is not None and low.expr != first.expr:
            body, low, high = self.shifted(body, index, low, high, first, last)
        if arithmetic.is_matrix(body.expr) and body.expr.shape != (1, 1):
            self.fail("A sum over an index adds numbers, and this is a matrix", inner)
        return self.sized(start, arithmetic.total, _operations[kind], body, index, low, high)

    def declared_range(self, index):
        pair = self.ranges.get(str(index))
        if pair is None and isinstance(index, sp.Idx) and index.upper is not None:
            pair = (index.lower, index.upper)
        return (None, None) if pair is None else tuple(Sized(sp.sympify(v, strict=True), 0) for v in pair)

    def shifted(self, body, index, low, high, first, last):
        """A sum counted from 0 over an array counted from 1 is the same sum, if the index only subscripts."""
        if high.expr - last.expr != low.expr - first.expr:
            return body, low, high
        arrays = {part: sp.Dummy() for part in body.expr.atoms(sp.Indexed) if part.has(index)}
        if not arrays or body.expr.xreplace(arrays).has(index):
            return body, low, high
        return body, first, last
