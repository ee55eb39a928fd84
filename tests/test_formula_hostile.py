"""Nothing typed is run, and everything typed ends soon: injections, towers, deep nesting, broken LaTeX, noise."""
import ast
import os
import pathlib
import time

import pytest
from fuzz_formula import SYMBOLS, noise, read_or_refuse
from hypothesis import given, settings
from hypothesis import strategies as st

import verify.formula
from verify.formula import FormulaError, parse

INJECTIONS = [
    "__import__('os').system('x')", "x.__class__", "().__class__.__bases__[0].__subclasses__()", "lambda x: x", "f'{x}'", "[x for x in mu]",
    "`x`", r"\input{/etc/passwd}", r"\def\x{x}", r"\write18{ls}", r"\catcode`\%=12", "x\0", "x\u202e+1", "x\u200b1", "exec('x')", "eval(x)",
    "getattr(x, y)", "open('x')", "globals()", "x if x else y", "x; y", "x := 1", "x == y == mu", "'x'", '"x"', "{x: y}", "{x, y}",
    "print(x)", "Symbol('x')", "Integer(1)", "sympify(x)", "S(1)", "x.subs(x, 1)", "np.load(x)", "os.system(x)", "not x", "x and y", "x < y",
    "x!", "%s", "$(ls)", "<script>", "&lt;", r"\url{x}", r"\href{x}{y}", r"\begin{x}", r"\\", "x & y", "#", "x\\", "log.real", "1 .real",
    "1.real", "x[0]", "x[y]", "*x", "**x", "x(y=1)", "log(*x)", "_", "__", "x__y", "import os", "\ud800", "x\ufeffy", "∞", "oo", "nan", "zoo", "I",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_code_is_refused(text):
    with pytest.raises(FormulaError) as caught:
        parse(text, SYMBOLS)
    assert str(caught.value).encode("utf-8", "surrogatepass")


MALFORMED = [
    r"\frac", r"\frac{1}", r"\frac{1}{", r"\frac{1}{}", r"\frac{}{2}", r"\sqrt", r"\sqrt{", r"\sqrt[x]{2}", r"\left(x", r"x\right)",
    r"\left(x\right]", r"\left x", r"\left(", r"\log", r"\log{}", r"\log_", r"\log^", r"x^", r"x_", r"x^{", r"x_{", r"{", r"}", r"{}", r"x}", r"\bar", r"\bar{",
    r"\bar{}", r"\mathrm{", r"\mathrm{}", r"\text{x y}", r"\sum", r"\sum_", r"\sum_{", r"\sum_{i", r"\sum_{i=", r"\sum_{i=1", r"\sum_{i=1}", r"\sum_{i=1}^",
    r"\sum_{i=1}^{d}", r"\sum_{1=i}^{d} x", r"\sum^{3} x", r"\foo", r"\quad x \quad y", r"x = ", r"= x", r"x + = y", r"||x|", r"|x", r"x|", r"\|x|", "()", "(", ")",
    "(x", "x)", "x +", "* x", "x * / y", "log()", "log(,)", "log(x,)", "max(x)", "sum(", "sum(x", "sum(x,", "sum(x,)", "sum(,i)", "", " ", ".", "$$", ",", "x,y",
    "0,5", "1..2", "1e999999", "1e-99999", "x^y^", "²", "₁", "^2", "_1", "½½", "2 3",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_broken_formulas_are_clear_errors(text):
    with pytest.raises(FormulaError) as caught:
        parse(text, SYMBOLS)
    assert len(caught.value.problem) < 300


def _nested(form, times, core):
    for _ in range(times):
        core = form.replace("@", core)
    return core


HUGE = {
    "parentheses": "(" * 100_000 + "x" + ")" * 100_000, "short parentheses": "(" * 1_900 + "x" + ")" * 1_900, "braces": "{" * 3_900, "bars": "|" * 3_900,
    "tower": "9^9^9^9", "python tower": "10**10**10", "left tower": "((9^9)^9)^9^9", "symbol tower": "((x^64)^64)^64", "digits": "9" * 3_900,
    "product": "*".join(["9" * 30] * 120), "exponent": "x^65", "fraction exponent": "2^(1/100)", "exp tower": _nested("exp(@)", 20, "9"),
    "hidden tower": "2^(3^(2^5))", "negative tower": "2^(-3^20)", "long": "x+" * 1_999 + "x", "multinomial": "(x+y+mu)^60*(x-y-mu)^60", "long sum": r"\sum_{i=1}^{100000} i",
    "commas": "log(" + "," * 3_000, "fracs": r"\frac" * 700, "sums": r"\sum_{i=1}^{9} " * 200, "roots": "√" * 3_000, "accents": r"\bar" * 900, "words": "x" * 3_900,
    "equals": "=" * 3_900, "denominators": "+".join(f"1/(x+{k})" for k in range(60)), "exponents": "x^{" * 1_300, "logs": "log " * 900, "sinh": "sinh(10^30)",
    "roots in roots": _nested("sqrt(x+@)", 25, "x"), "small tower": "x" + "^.2" * 20, "tower of fractions": ".2^" * 25 + "mu",
    "inverse chain": r"\operatorname{tr}(A^{-1} " + "{-1} " * 25 + "A",
}


@pytest.mark.parametrize("name", HUGE)
def test_the_huge_is_refused_at_once(name):
    start = time.perf_counter()
    with pytest.raises(FormulaError):
        parse(HUGE[name], SYMBOLS)
    assert time.perf_counter() - start < 2


HEAVY = {
    "signs": "+-" * 1_900 + "x", "abs": _nested("|x-@|", 6, "x"), "roots": _nested("sqrt(x+@)", 6, "x"), "maxima": _nested("max(x,@-y)", 6, "x"),
    "logs": _nested("log(@)", 6, "x"), "big roots": "*".join(f"({10**38 + k})^(1/{k})" for k in range(2, 40)), "products": "*".join(f"|x-{k}|" for k in range(90)),
}


@pytest.mark.parametrize("name", HEAVY)
def test_the_heaviest_that_is_allowed_is_still_quick(name):
    start = time.perf_counter()
    parse(HEAVY[name], SYMBOLS)
    assert time.perf_counter() - start < 5


def test_no_code_of_the_package_can_run_text():
    """No call of eval, exec, compile, getattr on typed names, sympify or parse_expr anywhere in the reading."""
    folder = pathlib.Path(verify.formula.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if ast.unparse(node.func) == "re.compile":
                    continue
                assert called not in {"eval", "exec", "compile", "__import__", "parse_expr", "lambdify", "loads", "parse_latex"}, (file.name, called)
                if called == "sympify":
                    assert any(k.arg == "strict" for k in node.keywords), file.name


_alphabet = st.sampled_from(list("xyiμσ0123456789.+-*/^_(){}[]|,=$ \\²₁½√ΣΠ") + [
    r"\frac", r"\sqrt", r"\sum", r"\left(", r"\right)", r"\log", r"\mu", r"\bar", r"\mathrm{", "log", "exp", "sum(", "mu1", "sigma", "**", "||"])


@settings(max_examples=int(os.environ.get("FORMULA_FUZZ", "1500")), deadline=None)
@given(st.lists(_alphabet, max_size=40).map("".join))
def test_pieces_of_formulas_in_any_order(text):
    read_or_refuse(text)


@settings(max_examples=int(os.environ.get("FORMULA_FUZZ", "500")), deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all(text):
    read_or_refuse(text)


def test_mutated_formulas():
    assert sum(read_or_refuse(text) for text in noise(seed=1, count=2_000)) > 100
