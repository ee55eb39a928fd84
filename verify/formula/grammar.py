"""The grammar of a typed formula: Python, plain maths and LaTeX, read by recursive descent into SymPy.

Two readings are never chosen between silently. Where people mean different things by the same signs (a/bc,
log a/b, x^12 in LaTeX) the formula is refused with both readings, and one pair of brackets settles it.

    sum     = [+ -] term {(+ -) term}
    term    = signed {[* /] signed}          no sign between two factors means a product
    power   = atom [(^ or ²) exponent]       -x^2 is -(x^2), 2^-1 is 1/2, a^b^c is a^(b^c)
    atom    = number, name, (sum), |sum|, \\frac{sum}{sum}, function, sum over an index

log sigma^2 is log(sigma^2); log(x)^2 and log^2 x are (log x)^2; log 2 pi sigma^2 is the log of all of it.
1/2(...) and 1/2 x, with numbers on both sides of the bar, are halves of what follows.
"""
import sympy as sp

from . import arithmetic
from .arithmetic import Sized
from .calls import Calls
from .errors import FormulaError
from .functions import CALLS, norm
from .index_sums import IndexSums
from .names import Names, split_word
from .tokens import ACCENT_COMMANDS, FONTS, Token
from .typed_names import TypedNames

_kl_heads = ("KL", "D", "JS", "JSD")


def parse(text, symbols, functions=(), ranges=None, heads=(), keep_free_index=False):
    """Read a typed formula into SymPy.

    text: at most 4,000 characters, Python, plain maths or LaTeX.
    symbols: maps each allowed name, in any spelling, to a Symbol, an Indexed such as mu[i], an IndexedBase, a
        MatrixSymbol, or an expression in them. All other spellings of the name are understood too.
    functions: further functions allowed, as SymPy function classes or as a mapping of name to callable; a callable
        gets and returns SymPy expressions.
    ranges: maps an index (the symbol or its name) to its (first, last) value, for sums typed without limits.
    heads: names allowed before an equals sign, beside KL, D_KL and JS. Of an equation the right side is read; the
        left side is not judged.
    keep_free_index: leave mu[i] in the result where no sum over i was typed, rather than refuse.

    Returns a sympy.Expr (or MatrixExpr). Raises FormulaError where the text is not in the language or too large, and
    ValueError where `symbols` itself is ambiguous. Nothing is ever evaluated as code.
    """
    reader = _Reader(text, Names(symbols), functions, ranges or {}, heads, keep_free_index)
    try:
        return reader.read()
    except RecursionError:
        raise FormulaError("The formula is nested too deep for the program that asks", text) from None


class _Reader(TypedNames, Calls, IndexSums):
    """One formula, read from its first token to its last: the whole, sums, products, powers and atoms."""

    def __init__(self, text, names, functions, ranges, heads, keep_free_index):
        super().__init__(text)
        self.names = names
        pairs = functions.items() if hasattr(functions, "items") else ((f.__name__, f) for f in functions)
        self.functions = {split_word(name)[1]: f for name, f in pairs}
        self.ranges = {str(index): limits_ for index, limits_ in ranges.items()}
        self.heads = heads
        self.keep_free_index = keep_free_index
        self.bound = {}

    def read(self):
        self.skip_left_side()
        value = self.sum()
        if self.token.kind != "end":
            self.fail_here()
        expr = value.expr
        if not self.keep_free_index:
            self.refuse_free_index(expr)
        if arithmetic.is_matrix(expr) and expr.shape == (1, 1):
            expr = sp.Trace(expr)
        return expr

    def skip_left_side(self):
        """Step over `KL(...) =`; any other left side is refused."""
        signs = self.equals_signs()
        if not signs:
            return
        if len(signs) > 1:
            self.fail("There is more than one equals sign", self.tokens[signs[1]], "one formula, or name = formula")
        first = next((t for t in self.tokens if t.kind in ("word", "command") and t.text not in FONTS
                      and t.text not in ACCENT_COMMANDS), None)
        heads = {"".join(split_word(h)[1]) for h in self.heads} | set(_kl_heads)
        name = split_word(first.text)[1] if first is not None and first.start < self.tokens[signs[0]].start else ""
        if name not in heads and name[:3] not in ("DKL", "DJS") and name not in self.functions:
            self.fail("The left side of this equation is not the claim's name", self.tokens[0],
                      "the right side alone, or KL(...) = right side")
        self.place = signs[0] + 1

    def equals_signs(self):
        """The places of = outside all brackets, so that the one of \\sum_{i=1} is not taken for an equation's."""
        depth, found = 0, []
        for k, token in enumerate(self.tokens):
            if token.kind != "mark":
                continue
            depth += (token.text in ("(", "[", "{", "[ group")) - (token.text in (")", "]", "}"))
            subscript = k >= 2 and self.tokens[k - 2].kind == "mark" and self.tokens[k - 2].text == "_"
            if token.text == "=" and depth == 0 and not subscript:
                found.append(k)
        return found

    def refuse_free_index(self, expr):
        for index in self.names.indices:
            if expr.has(index) and index in expr.free_symbols:
                self.fail(f"The formula depends on the index {index}, and no sum over {index} surrounds it",
                          self.tokens[0], rf"\sum_{{{index}}} (...) or sum(..., {index}), with brackets around all that is "
                          "summed")

    def sum(self):
        first = self.token
        terms = []
        negative = False
        while True:
            while self.sees("+", "-"):
                negative ^= self.advance().text == "-"
            start = self.token
            term = self.term()
            terms.append(self.sized(start, arithmetic.negate, term) if negative else term)
            negative = False
            if not self.sees("+", "-"):
                break
        return self.sized(first, arithmetic.add, terms)

    def term(self):
        """Factors multiplied and divided from the left; a product without a sign after a division is ambiguous."""
        first = self.token
        value, literal = self.signed()
        divided = False                          # since the last * the term has met a /
        fraction = literal                       # so far the term is number/number
        while True:
            if self.sees("*"):
                self.advance()
                factor, fraction = self.signed()
                divided = False
                value = self.sized(first, arithmetic.multiply, [value, factor])
            elif self.sees("/"):
                slash = self.advance()
                factor, literal = self.signed()
                fraction = fraction and literal
                divided = True
                value = self.sized(slash, arithmetic.divide, value, factor)
            elif self.starts_factor():
                if divided and not (fraction and self.follows_fraction()):
                    self.fail("It is not clear whether this factor stands above or below the bar", self.token,
                              "a/(b*c) or (a/b)*c")
                fraction = divided = False
                factor, _ = self.power()
                value = self.sized(first, arithmetic.multiply, [value, factor])
            else:
                return value

    def follows_fraction(self):
        """After 1/2 a bracket, a function, a sum, or anything set off by a space is half of it; 1/2x is not clear."""
        token = self.token
        return token.spaced or token.kind == "mark" or token.text in CALLS or token.text in ("frac", "sum", "prod")

    def starts_factor(self):
        """Whether a factor can begin here without a sign before it."""
        token = self.token
        if token.kind in ("word", "command"):
            return True
        if token.kind != "mark":
            return False
        if token.text in ("|", "‖"):
            return not (self.brackets and self.brackets[-1] in ("|", "‖"))
        return token.text in ("(", "[", "[ group", "{", "√", "∑", "∏", "open |", "open ‖")

    def signed(self):
        """A power with signs before it, as in 2 * -x."""
        start = self.token
        negative = False
        while self.sees("+", "-"):
            negative ^= self.advance().text == "-"
        value, literal = self.power()
        return (self.sized(start, arithmetic.negate, value) if negative else value), literal

    def power(self):
        """An atom with its exponent, and whether it is a bare number."""
        start = self.token
        value = self.atom()
        literal = start.kind == "number"
        while True:
            if self.sees("⊤") or self.sees("^") and self.is_transpose(value) or (
                    self.token.kind == "superscript" and self.token.text == "T" and arithmetic.is_matrix(value.expr)):
                value = self.transpose(value)
            elif self.sees("^") or self.token.kind == "superscript":
                value, literal = self.raised(start, value), False
                if self.sees("^") and not arithmetic.is_matrix(value.expr):
                    self.fail("Two exponents stand after one another", self.token, "x^{a b} or (x^a)^b")
            elif self.sees("_") or self.token.kind == "subscript":
                self.fail("A subscript belongs to a name, and none stands before it", self.token, "mu_i, sigma_{1}")
            else:
                return value, literal

    def raised(self, start, value):
        if self.token.kind == "superscript":
            return self.sized(start, arithmetic.power, value, self.superscript())
        self.advance()
        return self.sized(start, arithmetic.power, value, self.deeper(self.exponent))

    def superscript(self):
        """The exponent in Unicode superscripts: a whole number or one index letter."""
        token = self.advance()
        digits = token.text.lstrip("+-")
        if digits.isdigit() and len(token.text) - len(digits) <= 1 and len(digits) <= 4:
            return Sized(sp.Integer(int(token.text)), 0)
        value = self.names.word(token.text) if token.text.isalpha() else None
        if value is None:
            self.fail(f"The exponent {token.text} cannot be read", token, "a number, or ^{...}")
        return Sized(value)

    def exponent(self):
        """What stands after ^: signs and one power, taken from the right in Python and plain maths."""
        negative = False
        start = self.token
        if self.sees("{"):
            return self.group("{", "}")
        while self.sees("+", "-"):
            negative ^= self.advance().text == "-"
        if self.latex and self.token.kind == "number" and len(self.token.text) > 1 and self.token.value.denominator == 1:
            self.fail("In LaTeX only the first digit of this exponent is raised", self.token,
                      f"^{{{self.token.text}}}")
        value = self.atom()
        if self.sees("^"):
            if self.latex:
                self.fail("Two exponents stand after one another", self.token, "x^{a^b} or (x^a)^b")
            value = self.raised(start, value)
        return self.sized(start, arithmetic.negate, value) if negative else value

    def is_transpose(self, value):
        """Whether ^T, ^{T} or ^\\top follows a matrix."""
        if not arithmetic.is_matrix(value.expr):
            return False
        ahead = [t.text for t in self.tokens[self.place + 1:self.place + 4]]
        return bool(ahead) and (ahead[0] in ("T", "⊤") or ahead in (["{", "T", "}"], ["{", "⊤", "}"]))

    def transpose(self, value):
        token = self.advance()
        if token.text == "^":
            while self.advance().text == "{":
                pass
            if self.sees("}"):
                self.advance()
        if not arithmetic.is_matrix(value.expr):
            return value
        return Sized(sp.Transpose(value.expr).doit(deep=False), height=value.height)

    def atom(self):
        token = self.token
        if token.kind == "number":
            self.advance()
            return self.sized(token, arithmetic.number, token.value)
        if token.kind == "mark":
            return self.marked(token)
        if token.kind == "command":
            if token.text in ("frac", "dfrac", "tfrac", "cfrac"):
                self.advance()
                above = self.argument()
                below = self.argument()
                return self.sized(token, arithmetic.divide, above, below)
            if token.text == "sqrt":
                self.advance()
                return self.root(token)
            if token.text in ("sum", "prod"):
                self.advance()
                return self.over_index(token, "∑" if token.text == "sum" else "∏")
        if token.kind in ("word", "command"):
            return self.named()
        self.fail_here("a number, a symbol, a function or a bracket")

    def marked(self, token):
        if token.text in ("(", "[", "[ group"):
            return self.group(token.text, ")" if token.text == "(" else "]")
        if token.text == "{":
            return self.named() if self.is_name_group() else self.group("{", "}")
        if token.text in ("|", "open |", "‖", "open ‖"):
            return self.magnitude()
        if token.text == "√":
            self.advance()
            return self.plain_root(token)
        if token.text in ("∑", "∏"):
            self.advance()
            return self.over_index(token, token.text)
        self.fail_here("a number, a symbol, a function or a bracket")

    def group(self, opening, closing):
        opened = self.advance()
        self.brackets.append(opening)
        value = self.deeper(self.sum)
        self.expect(closing, opened)
        self.brackets.pop()
        return value

    def magnitude(self):
        """|x| and ||x||: absolute value, determinant of a square matrix, length of a column."""
        opened = self.advance()
        sided = opened.text.startswith("open ")
        mark = opened.text[-1]
        doubled = not sided and mark == "|" and self.sees("|") and not self.token.spaced
        if doubled:
            self.advance()
        self.brackets.append("(" if sided else mark)
        value = self.deeper(self.sum)
        self.expect(f"close {mark}" if sided else mark, opened)
        if doubled:
            self.expect("|", opened)
        self.brackets.pop()
        meaning = norm if doubled or mark == "‖" else CALLS["abs"][2]
        return self.sized(opened, arithmetic.call, meaning, [value])

    def argument(self):
        """One argument of a LaTeX command: a group, or the next single sign, so that \\frac12 is 1/2."""
        token = self.token
        if self.sees("{"):
            return self.group("{", "}")
        if token.kind == "number" and token.text.isdigit() and len(token.text) > 1:
            digit = Token("number", token.text[0], token.start, token.start + 1, token.spaced, sp.Rational(token.text[0]))
            rest = Token("number", token.text[1:], token.start + 1, token.end, False, sp.Rational(token.text[1:]))
            self.tokens[self.place:self.place + 1] = [digit, rest]
            return self.digit()
        if token.kind == "number":
            return self.deeper(self.atom)
        if token.kind == "word" and token.end - token.start == len(token.text) > 1:
            self.tokens[self.place:self.place + 1] = [
                Token("word", token.text[0], token.start, token.start + 1, token.spaced),
                Token("number" if token.text[1:].isdigit() else "word", token.text[1:], token.start + 1, token.end, False,
                      sp.Rational(token.text[1:]) if token.text[1:].isdigit() else None)]
            return self.deeper(self.atom)
        if token.kind in ("command", "word"):
            return self.deeper(self.atom)
        self.fail_here("{...}")

    def digit(self):
        token = self.advance()
        return Sized(sp.Integer(token.value), 0)

    def root(self, token):
        r"""\sqrt{x} and \sqrt[n]{x}."""
        order = 2
        if self.sees("["):
            opened = self.advance()
            if self.token.kind != "number" or not self.token.text.isdigit() or not 2 <= self.token.value <= 64:
                self.fail_here("a whole number from 2 to 64")
            order = int(self.advance().value)
            self.expect("]", opened)
        if self.sees("("):
            self.fail(r"In LaTeX \sqrt takes only the opening bracket", self.token, r"\sqrt{...}")
        value = self.argument()
        self.scalar(token, value)
        return self.sized(token, arithmetic.power, value, Sized(sp.Rational(1, order), 0))

    def plain_root(self, token):
        """√x: of a bracket, or of one atom that nothing follows."""
        bracket = self.sees("(", "[", "{")
        value = self.deeper(self.atom)
        if not bracket and (self.sees("^") or self.token.kind == "superscript" or (
                self.starts_factor() and not self.token.spaced)):
            self.fail("It is not clear how far this root reaches", self.token, "√(...)")
        self.scalar(token, value)
        return self.sized(token, arithmetic.power, value, Sized(sp.Rational(1, 2), 0))

    def scalar(self, token, value):
        if arithmetic.is_matrix(value.expr) and value.expr.shape != (1, 1):
            self.fail("A number belongs here, and this is a matrix", token)
