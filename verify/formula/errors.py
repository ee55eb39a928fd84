"""What a person is told when a formula cannot be read: where, what was found, and what is allowed."""
import unicodedata


class FormulaError(ValueError):
    """A formula outside the language.

    `problem` is one sentence, `position` the place in `text` (0-based, in characters), `allowed` what may stand
    there instead ("" where nothing helps). The printed form shows the line with a caret under the place.
    """

    def __init__(self, problem, text="", position=0, allowed=""):
        self.problem = problem
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.allowed = allowed
        super().__init__(problem, self.position)

    def __str__(self):
        lines = [f"{self.problem} (at character {self.position + 1})"]
        if self.text:
            lines += _caret(self.text, self.position)
        if self.allowed:
            lines.append(f"Allowed: {self.allowed}")
        return "\n".join(lines)


def character(sign):
    """How to speak of one character: itself if it can be seen, else its Unicode name."""
    if sign.isprintable() and not sign.isspace():
        return f"{sign!r}"
    return f"U+{ord(sign):04X} ({unicodedata.name(sign, 'a control character')})"


def _caret(text, position, width=72):
    """The stretch of `text` around `position` on one line, and a caret under it."""
    start = max(0, position - width // 2)
    shown = text[start:start + width]
    line = "".join(sign if sign.isprintable() else "·" for sign in shown)
    return ["  " + line, "  " + " " * (position - start) + "^"]
