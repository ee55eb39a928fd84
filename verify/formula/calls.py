"""Calls of functions, with the base and the exponent that may stand before the argument, and bare arguments."""
import sympy as sp
from sympy.core.function import UndefinedFunction

from . import arithmetic
from .arithmetic import Sized
from .cursor import Cursor
from .functions import CALLS, PREFIX


class Calls(Cursor):
    """Reads a function of the language or a declared one."""

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
