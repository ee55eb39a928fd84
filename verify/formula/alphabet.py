"""The letters and signs of mathematics, and the one spelling each has inside the language."""
import unicodedata

GREEK = dict(zip(
    "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
    ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
     "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega").split(),
    strict=True,
)) | {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "ς": "sigma", "µ": "mu"}

VARIANTS = {"varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma",
            "eps": "epsilon"}

ACCENTS = {"\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0302": "hat"}

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱᵗᵀᵈᵏ", "0123456789+-nitTdk", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₜₙₖₘₛₓₚ", "0123456789+-ijtnkmsxp", strict=True))

FRACTIONS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅙": (1, 6),
             "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅒": (1, 10)}

SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "‐": "-", "‑": "-", "*": "*", "×": "*", "·": "*", "⋅": "*",
         "∙": "*", "•": "*", "∗": "*", "⊙": "*", "⊗": "*", "@": "*", "\u2062": "*", "/": "/", "÷": "/", "∕": "/",
         "⁄": "/", "^": "^", "_": "_", "(": "(", ")": ")", "[": "[", "]": "]", "{": "{", "}": "}", "|": "|",
         "∣": "|", "‖": "‖", "∥": "‖", ",": ",", "=": "=", "√": "√", "∑": "∑", "∏": "∏", "⊤": "⊤", ".": "."}

SPACES = frozenset(" \t\n\r\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2061~")


def letter(sign):
    """The spelling of one letter beyond plain a-z: a Greek name, a letter out of a mathematical font, or None.

    A letter that carries its accent with it, such as ᾱ, comes back with the accent: `alpha_bar`.
    """
    if sign in GREEK:
        return GREEK[sign]
    if 0x1D400 <= ord(sign) <= 0x1D7FF or sign == "ℎ":
        plain = unicodedata.normalize("NFKC", sign)
        return GREEK.get(plain, plain if plain.isascii() and plain.isalpha() else None)
    parts = unicodedata.normalize("NFD", sign)
    if len(parts) == 2 and parts[1] in ACCENTS:
        base = GREEK.get(parts[0], parts[0] if parts[0].isascii() and parts[0].isalpha() else None)
        return base and f"{base}_{ACCENTS[parts[1]]}"
    return None
