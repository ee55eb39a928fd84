"""From text to tokens: Unicode and LaTeX spellings of a sign become one token, each knowing its place in the text."""
import difflib
import re
from dataclasses import dataclass
from fractions import Fraction

from . import limits
from .alphabet import ACCENTS, FRACTIONS, GREEK, SIGNS, SPACES, SUBSCRIPTS, SUPERSCRIPTS, VARIANTS, letter
from .errors import FormulaError, character


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, word, command, mark, superscript, subscript or end; `text` its one spelling.

    `value` is the exact value of a number; `spaced` is true after white space; `start` and `end` are places in
    the text.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False
    value: Fraction | None = None


FUNCTIONS = frozenset("log ln exp sqrt frac dfrac tfrac cfrac sum prod det tr Tr sin cos tan sinh cosh tanh max min erf"
                      .split())
FONTS = frozenset("mathrm mathbf mathit mathsf mathtt mathcal mathbb boldsymbol bm text textrm textbf textit operatorname "
                  "vec rm bf it mbox pmb".split())
ACCENT_COMMANDS = {"bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde", "hat": "hat", "widehat": "hat"}
_greek = frozenset(GREEK.values()) | frozenset(VARIANTS)
_marks = {"cdot": "*", "times": "*", "ast": "*", "odot": "*", "bullet": "*", "div": "/", "vert": "|", "Vert": "‖",
          "mid": "|", "parallel": "‖", "lvert": "open |", "rvert": "close |", "lVert": "open ‖", "rVert": "close ‖", "top": "⊤",
          "intercal": "⊤", "lbrack": "[", "rbrack": "]", "lbrace": "(", "rbrace": ")", "lparen": "(", "rparen": ")"}
_blank = frozenset("displaystyle textstyle scriptstyle limits nolimits thinspace space enspace".split())
_sizes = frozenset(f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
_single = {",": None, ";": None, ":": None, "!": None, " ": None, "{": "(", "}": ")", "|": "‖"}
_commands = sorted(FUNCTIONS | FONTS | set(ACCENT_COMMANDS) | _greek | set(_marks) | _blank | _sizes | {"left", "right"})

_number = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_word = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_tail = re.compile(r"[0-9]*(?:_[A-Za-z0-9]+)*")
_equation_number = re.compile(r"(?:(?:\\q?quad\s*|\$\$\s*)\([0-9]{1,3}[a-z]?\)|\\tag\*?\{[^{}]{0,20}\})\s*(?:\$\$?)?\s*$")
_edges = re.compile(r"(?:\s|\\q?quad(?![A-Za-z])|\\[,;:! ]|\\\[|\\\(|\$)*")


def tokens(text):
    """The tokens of `text`, with one of kind `end` last.

    Raises FormulaError on text that is too long or empty, on a character or LaTeX command outside the language,
    and on a number with too many digits.
    """
    if not isinstance(text, str):
        raise FormulaError(f"A formula is text, and this is {type(text).__name__}")
    if len(text) > limits.CHARACTERS:
        raise FormulaError(f"The formula has {len(text)} characters; at most {limits.CHARACTERS} are read",
                           text[:limits.CHARACTERS], limits.CHARACTERS)
    place, stop = _extent(text)
    if place >= stop:
        raise FormulaError("There is no formula here", text, 0, "a formula such as 1/2*(mu^2 + sigma^2)")
    found = []
    spaced = False
    while place < stop:
        sign = text[place]
        if sign in SPACES or sign == "$":
            place, spaced = place + 1, True
            continue
        token, place = _one(text, place, stop, spaced)
        if token is None:
            spaced = True
        else:
            found.append(token)
            spaced = False
    found.append(Token("end", "", stop, stop, spaced))
    return found


def _extent(text):
    """Where the formula starts and stops: without dollar signs, a full stop, or the number of the equation."""
    stop = len(text)
    number = _equation_number.search(text)
    if number:
        stop = number.start()
    trimmed = text[:stop]
    while True:
        shorter = trimmed.rstrip(" \t\r\n$.,;")
        for end in (r"\quad", r"\qquad", r"\]", r"\)", "\\"):
            if shorter.endswith(end) and (end != "\\" or len(trimmed) > len(shorter)):
                shorter = shorter[:-len(end)]
                break
        if shorter == trimmed:
            break
        trimmed = shorter
    start = _edges.match(text).end()
    return start, len(trimmed)


def _one(text, place, stop, spaced):
    """The token that starts at `place` (None for a blank command) and the place after it."""
    sign = text[place]
    if sign == "\\":
        return _command(text, place, stop, spaced)
    if _number.match(text, place, stop):
        return _numeral(text, place, stop, spaced)
    if sign.isascii() and sign.isalpha():
        end = _word.match(text, place, stop).end()
        return _accented(text, place, end, text[place:end], spaced)
    if sign in FRACTIONS:
        return Token("number", sign, place, place + 1, spaced, Fraction(*FRACTIONS[sign])), place + 1
    for kind, table in (("superscript", SUPERSCRIPTS), ("subscript", SUBSCRIPTS)):
        if sign in table:
            end = place
            while end < stop and text[end] in table:
                end += 1
            return Token(kind, "".join(table[s] for s in text[place:end]), place, end, spaced), end
    if text.startswith(("**", "=="), place):
        return Token("mark", "^" if sign == "*" else "=", place, place + 2, spaced), place + 2
    if sign in SIGNS:
        return Token("mark", SIGNS[sign], place, place + 1, spaced), place + 1
    spelled = letter(sign)
    if spelled:
        end = _tail.match(text, place + 1, stop).end()
        return _accented(text, place, end, spelled + text[place + 1:end], spaced)
    raise FormulaError(f"The character {character(sign)} is not part of the language", text, place,
                       "letters, digits, + - * / ^ ( ) [ ] { } | , = and LaTeX commands")


def _accented(text, start, end, spelled, spaced):
    """A word, with the bar, tilde or hat that may stand on its letter as a combining character."""
    if end < len(text) and text[end] in ACCENTS:
        spelled, end = f"{spelled}_{ACCENTS[text[end]]}", end + 1
    return Token("word", spelled, start, end, spaced), end


def _numeral(text, place, stop, spaced):
    end = _number.match(text, place, stop).end()
    spelled = text[place:end]
    mantissa, _, exponent = spelled.lower().partition("e")
    if len(mantissa) > limits.DIGITS or len(exponent) > 4 or exponent and abs(int(exponent)) > limits.DIGITS:
        raise FormulaError(f"The number {spelled[:12]}... is too long", text, place,
                           f"numbers of at most {limits.DIGITS} digits")
    if end < stop and text[end] == "." and not text[end + 1:end + 2].isalnum():
        end += 1
    return Token("number", spelled, place, end, spaced, Fraction(spelled)), end


def _command(text, place, stop, spaced):
    """The token of a LaTeX command; a mere space gives None."""
    following = text[place + 1:place + 2]
    if following in _single:
        mark = _single[following]
        return (Token("mark", mark, place, place + 2, spaced) if mark else None), place + 2
    end = place + 1
    while end < stop and text[end].isascii() and text[end].isalpha():
        end += 1
    name = text[place + 1:end]
    if name in _blank or name in _sizes:
        return None, end
    if name in ("left", "right"):
        return _delimiter(text, place, end, stop, spaced, name)
    if name in _marks:
        return Token("mark", _marks[name], place, end, spaced), end
    if name in _greek or name in FUNCTIONS or name in FONTS or name in ACCENT_COMMANDS:
        return Token("command", VARIANTS.get(name, name), place, end, spaced), end
    if name in ("quad", "qquad"):
        raise FormulaError("A wide space stands inside the formula; type one formula only", text, place)
    near = difflib.get_close_matches(name, _commands, n=1) if len(name) <= 30 else []
    hint = f"; did you mean \\{near[0]}?" if near else ""
    raise FormulaError(f"The LaTeX command \\{name[:30]} is not part of the language{hint}", text, place,
                       r"\frac \sqrt \log \ln \exp \sum \prod \cdot \left \right \bar \tilde \hat \mathrm \mathbf "
                       r"\boldsymbol \text and Greek letters")


def _delimiter(text, place, end, stop, spaced, side):
    """What follows \\left or \\right; a bar is told apart by its side."""
    while end < stop and text[end] in SPACES:
        end += 1
    for spelled, mark in ((r"\|", "‖"), (r"\Vert", "‖"), (r"\lVert", "‖"), (r"\rVert", "‖"), (r"\vert", "|"),
                          (r"\lvert", "|"), (r"\rvert", "|"), ("|", "|"), ("‖", "‖"), ("∥", "‖"), (r"\{", "("), (r"\}", ")"),
                          (r"\lbrace", "("), (r"\rbrace", ")"), ("(", "("), (")", ")"), ("[", "[ group"), ("]", "]")):
        if text.startswith(spelled, end, stop):
            if mark in "|‖":
                mark = f"{'open' if side == 'left' else 'close'} {mark}"
            return Token("mark", mark, place, end + len(spelled), spaced), end + len(spelled)
    raise FormulaError(f"\\{side} needs a bracket after it", text, place, r"\left( \left[ \left\{ \left| and their \right")
