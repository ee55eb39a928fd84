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
from sympy.core.function import UndefinedFunction

from . import arithmetic, limits
from .arithmetic import Sized, TooLarge
from .errors import FormulaError
from .functions import CALLS, CONSTANTS, PREFIX, norm
from .names import Names, at, indices, is_array, split_word
from .tokens import ACCENT_COMMANDS, FONTS, Token, tokens

_prefixes = frozenset(("np", "numpy", "jnp", "math", "torch", "sp", "sympy"))
_kl_heads = ("KL", "D", "JS", "JSD")
_bodies = {"∑": sp.Sum, "∏": sp.Product}


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


class _Reader:
    def __init__(self, text, names, functions, ranges, heads, keep_free_index):
        self.text = text
        self.tokens = tokens(text)
        self.latex = "\\" in text or "$" in text
        self.names = names
        pairs = functions.items() if hasattr(functions, "items") else ((f.__name__, f) for f in functions)
        self.functions = {split_word(name)[1]: f for name, f in pairs}
        self.ranges = {str(index): limits_ for index, limits_ in ranges.items()}
        self.heads = heads
        self.keep_free_index = keep_free_index
        self.place = 0
        self.depth = 0
        self.nodes = 0
        self.brackets = []
        self.bound = {}

    # -- the whole formula

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
            if expr.has(index) and index in _free(expr):
                self.fail(f"The formula depends on the index {index}, and no sum over {index} surrounds it",
                          self.tokens[0], rf"\sum_{{{index}}} (...) or sum(..., {index}), with brackets around all that is "
                          "summed")

    # -- steps through the tokens

    @property
    def token(self):
        return self.tokens[self.place]

    def advance(self):
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def sees(self, *marks):
        return self.token.kind == "mark" and self.token.text in marks

    def sees_command(self, *names):
        return self.token.kind == "command" and self.token.text in names

    def expect(self, mark, opened):
        if not self.sees(mark):
            if self.token.kind == "end":
                self.fail(f"The bracket {self.text[opened.start:opened.end]} is never closed", opened, f"{mark} at its end")
            self.fail_here(mark)
        return self.advance()

    def fail(self, problem, token, allowed=""):
        raise FormulaError(problem, self.text, token.start, allowed)

    def fail_here(self, wanted="an operator, or the end"):
        token = self.token
        if token.kind == "end":
            self.fail("The formula ends too early", token, "a number, a symbol, a function or a bracket")
        shown = self.text[token.start:token.end][:40]
        if token.text == "." and token.kind == "mark":
            self.fail("A point here is neither part of a number nor of a name", token,
                      "formulas only: no attributes and no method calls")
        if token.text == "," and token.kind == "mark":
            self.fail("A comma does not belong here", token, "a point in decimal numbers: 0.5")
        if token.text == "_" and token.kind == "mark":
            self.fail("A subscript does not belong here", token, "a subscript right after a name")
        if token.kind == "number":
            self.fail(f"The number {shown} stands after a factor without a sign between them", token,
                      f"* {shown} for a product, ^ for a power")
        self.fail(f"{shown!r} does not belong here", token, wanted)

    def sized(self, token, operation, *arguments):
        """Carry out a bounded operation; what it refuses is told with its place."""
        self.nodes += 1
        if self.nodes > limits.NODES:
            self.fail(f"The formula has more than {limits.NODES} parts", token)
        try:
            return operation(*arguments)
        except TooLarge as refusal:
            self.fail(str(refusal), token)
        except sp.ShapeError as refusal:
            self.fail(f"The shapes do not fit: {refusal}", token)

    def deeper(self, rule, *arguments):
        """Apply `rule` one level further in."""
        self.depth += 1
        if self.depth > limits.DEPTH:
            self.fail(f"The formula is nested more than {limits.DEPTH} levels deep", self.token)
        try:
            return rule(*arguments)
        finally:
            self.depth -= 1

    # -- sums, products, powers

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
        return Sized(sp.Transpose(value.expr).doit(deep=False))

    # -- atoms

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

    # -- names

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
        if letters in self.functions and self.sees("("):
            return self.declared_call(start, letters)
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
        place, nodes = self.place, self.nodes
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
        self.place, self.nodes = self.place, nodes
        return self.exponent() if place else None

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

    # -- functions

    def arguments(self, least, most, shown):
        """Arguments in brackets, separated by commas."""
        opened = self.advance()
        closing = {"(": ")", "[": "]", "[ group": "]", "{": "}"}[opened.text]
        self.brackets.append("(")
        values = [self.deeper(self.sum)]
        while self.sees(","):
            self.advance()
            values.append(self.deeper(self.sum))
        self.expect(closing, opened)
        self.brackets.pop()
        if not least <= len(values) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            self.fail(f"{shown} takes {wanted} argument{'s' * (most > 1)}, and here are {len(values)}", opened)
        return values

    def call(self, start, name):
        """A function of the language, with the exponent or base that may stand before its argument."""
        base = exponent = None
        for _ in range(2):
            if name == "log" and base is None and (self.sees("_") or self.token.kind == "subscript"):
                base = self.log_base(start)
            elif name in PREFIX and exponent is None and (self.sees("^") or self.token.kind == "superscript"):
                exponent = self.function_exponent(name)
        least, most, meaning = CALLS[name]
        if self.sees("(", "[", "[ group", "{"):
            values = self.arguments(least, most, name)
        elif name == "sqrt":
            return self.plain_root(start)
        elif name in PREFIX:
            values = [self.deeper(self.bare_argument, name)]
        else:
            self.fail(f"{name} needs its argument in brackets", self.token, f"{name}(...)")
        if base is not None:
            values = [*values[:1], base]
        if name == "pow":
            result = self.sized(start, arithmetic.power, *values)
        elif name == "sqrt":
            self.scalar(start, values[0])
            result = self.sized(start, arithmetic.power, values[0], Sized(sp.Rational(1, 2), 0))
        elif name == "square":
            result = self.sized(start, arithmetic.power, values[0], Sized(sp.Integer(2), 0))
        else:
            self.finite(start, name, values)
            result = self.sized(start, arithmetic.call, meaning, values)
        if exponent is not None:
            result = self.sized(start, arithmetic.power, result, exponent)
        return result

    def finite(self, start, name, values):
        """Constant arguments stay within sizes at which every function can still be enclosed."""
        for value in values:
            expr = value.expr
            if expr.is_Rational and name in ("exp", "sinh", "cosh", "expm1") and abs(expr) > 1000:
                self.fail(f"The argument of {name} is too large", start, "at most 1000")

    def log_base(self, start):
        """2, 10 or e below a log."""
        letters = self.subscript()
        if letters == "e":
            return Sized(sp.E, 0)
        if not letters.isdigit() or len(letters) > 4 or int(letters) < 2:
            self.fail(f"The base {letters[:20]} of this logarithm cannot be read", start, "log_2, log_10, log_e, log(x, base)")
        return Sized(sp.Integer(int(letters)), 0)

    def function_exponent(self, name):
        token = self.token
        if token.kind == "superscript":
            exponent = self.superscript()
        else:
            self.advance()
            exponent = self.deeper(self.exponent)
        if not (exponent.expr.is_Integer and exponent.expr >= 2):
            self.fail(f"This exponent on {name} can be read as a power or as an inverse", token, f"({name}(x))^k")
        return exponent

    def bare_argument(self, name):
        """What log stands before without a bracket: one power, or a number with all that is joined to it."""
        start = self.token
        if self.sees("+", "-"):
            self.fail(f"A sign stands right after {name}", start, f"{name}(...)")
        value, _ = self.power()
        factors = [value]
        gathers = start.kind == "number" or value.expr.is_number
        while self.starts_factor() and not self.starts_function():
            if not gathers or not (self.token.kind in ("word", "command") and self.token.text not in ("frac", "sqrt")):
                self.fail(f"It is not clear how far this {name} reaches", self.token, f"{name}(...)")
            factors.append(self.power()[0])
        if self.sees("/"):
            self.fail(f"It is not clear whether this {name} reaches over the bar", self.token, f"{name}(a/b) or {name}(a)/b")
        return self.sized(start, arithmetic.multiply, factors)

    def starts_function(self):
        """Whether a function or a sum begins here: log a log b is a product."""
        token = self.token
        return token.kind in ("word", "command") and (token.text in CALLS and token.text != "sqrt" or token.text in ("sum", "prod")
                                                      ) and self.names.word(token.text) is None

    def declared_call(self, start, letters):
        """A function the caller declared."""
        function = self.functions[letters]
        most = 4
        least = 1
        if isinstance(function, UndefinedFunction) and function.nargs != sp.S.Naturals0:
            counts = sorted(int(k) for k in function.nargs)
            least, most = counts[0], counts[-1]
        values = self.arguments(least, most, letters)
        return self.sized(start, arithmetic.call, function, values)

    # -- sums over an index

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
        return self.totalled(start, inner, kind, body, index, low, high)

    def total_call(self, start, kind):
        """sum(body), sum(body, i), sum(body, i, 1, d), sum(body, (i, 1, d)); also sum(i=1..d) is not read."""
        opened = self.advance()
        self.brackets.append("(")
        previous, index = self.bind(start, self.name_after_body())
        body = self.deeper(self.sum)
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
                self.fail("This sum does not say over which index", start, r"sum(..., i) or \sum_{i=1}^{d} (...)")
            index = free[0]
        elif name in known:
            index = known[name]
        elif len(free) == 1 and not previous:
            index = free[0]
        else:
            index = sp.Symbol(name, integer=True)
        self.bound = {**previous, name or str(index): index, "": index}
        return previous, index

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
        return self.sized(start, arithmetic.total, _bodies[kind], body, index, low, high)

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


def _free(expr):
    """Free symbols and free indices: an Idx that no sum binds counts too."""
    return expr.free_symbols
