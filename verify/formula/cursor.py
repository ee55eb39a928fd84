"""Steps through the tokens of a formula, and the errors that know their place."""
from . import limits
from .arithmetic import TooLarge
from .errors import FormulaError
from .tokens import tokens


class Cursor:
    """A place among the tokens of `text`, the brackets open there, and how deep and how large the formula is so far."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens(text)
        self.latex = "\\" in text or "$" in text
        self.place = 0
        self.depth = 0
        self.nodes = 0
        self.brackets = []

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
        except (ArithmeticError, AttributeError, NotImplementedError, TypeError, ValueError) as refusal:
            # SymPy has no name for what it cannot build: such as 2^det(2A), a TypeError
            raise FormulaError("This combination cannot be represented", self.text, token.start) from refusal

    def deeper(self, rule, *arguments):
        """Apply `rule` one level further in."""
        self.depth += 1
        if self.depth > limits.DEPTH:
            self.fail(f"The formula is nested more than {limits.DEPTH} levels deep", self.token)
        try:
            return rule(*arguments)
        finally:
            self.depth -= 1
