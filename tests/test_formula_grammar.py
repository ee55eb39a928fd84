"""The grammar of typed formulas: every family of notation reads as what people mean by it."""
import pytest
import sympy as sp

from verify.formula import FormulaError, parse

mu, mu1, mu2, x, y = sp.symbols("mu mu1 mu2 x y", real=True)
sigma, sigma1, sigma2 = sp.symbols("sigma sigma1 sigma2", positive=True)
a, b, c = sp.symbols("a b c", positive=True)
log_var = sp.Symbol("log_var", real=True)
SCALARS = {"mu": mu, "mu1": mu1, "mu2": mu2, "sigma": sigma, "sigma1": sigma1, "sigma2": sigma2, "x": x, "y": y,
           "a": a, "b": b, "c": c, "log_var": log_var}

i = sp.Symbol("i", integer=True)
d = sp.Symbol("d", integer=True, positive=True)
mus, sigmas = sp.IndexedBase("mu", real=True), sp.IndexedBase("sigma", positive=True)
ARRAYS = {"mu": mus[i], "sigma": sigmas[i], "d": d}
RANGES = {i: (1, d)}

t = sp.Symbol("t", integer=True, positive=True)
alpha, alphabar, beta = (sp.IndexedBase(n, positive=True) for n in ("alpha", "alphabar", "beta"))
CHAIN = {"t": t, "alpha": alpha[t], "alpha_bar": alphabar[t], "beta": beta[t]}

KL = sp.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - sp.Rational(1, 2)
STANDARD = -sp.Rational(1, 2) * (1 + sp.log(sigma**2) - mu**2 - sigma**2)
SHEET = sp.Sum(1 + sp.log(sigmas[i] ** 2) - mus[i] ** 2 - sigmas[i] ** 2, (i, 1, d)) / 2

FAMILIES = {
    # Python
    "log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2": KL,
    "np.log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 0.5": KL,
    "-x**2": -(x**2), "2**-1": sp.Rational(1, 2), "a**b**c": a ** (b**c), "pow(x, 3)": x**3, "abs(x)": sp.Abs(x),
    "sqrt(a) + exp(-x)": sp.sqrt(a) + sp.exp(-x), "a/b*c": a * c / b, "a/b/c": a / (b * c), "1e-3*x": x / 1000,
    "2 * -x": -2 * x, "log(a, 2)": sp.log(a) / sp.log(2), "log_var": log_var, "max(x, y)": sp.Max(x, y),
    # plain maths
    "1/2*(1+log(sigma^2)-mu^2-sigma^2)": -STANDARD, "½(1 + ln σ² − μ² − σ²)": -STANDARD,
    "2 mu1 sigma2": 2 * mu1 * sigma2, "mu1sigma2": mu1 * sigma2, "2ab^2": 2 * a * b**2, "a(b + c)": a * (b + c),
    "ln(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½": KL, "log sigma^2": sp.log(sigma**2), "log(x)^2": sp.log(x) ** 2,
    "log^2 a": sp.log(a) ** 2, "log 2 pi sigma^2": sp.log(2 * sp.pi * sigma**2), "log a log b": sp.log(a) * sp.log(b),
    "log2 a": sp.log(a) / sp.log(2), "log_2 a": sp.log(a) / sp.log(2), "log₂ a": sp.log(a) / sp.log(2),
    "log10(a)": sp.log(a) / sp.log(10), "√(2π) σ": sp.sqrt(2 * sp.pi) * sigma, "√σ": sp.sqrt(sigma), "|x|": sp.Abs(x),
    "|x||y|": sp.Abs(x) * sp.Abs(y), "||x||^2": sp.Abs(x) ** 2, "a·b × c ÷ 2": a * b * c / 2, "x⁻²": x**-2,
    "1/2 x": x / 2, "1/2(x + y)": (x + y) / 2, "1/2 log a": sp.log(a) / 2, "𝜇 + 𝝈": mu + sigma, "μ_1 − µ2": mu1 - mu2,
    "e^(-x)": sp.exp(-x), "2 pi": 2 * sp.pi, "[x + y] a": (x + y) * a, "sigma_1": sigma1, "x^2 y": x**2 * y,
    # LaTeX
    r"\log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2\sigma_2^2} - \frac{1}{2}": KL,
    r"$\ln \frac{\sigma_{2}}{\sigma_{1}} + \dfrac{\sigma^2_1 + \left(\mu_1 - \mu_2\right)^{2}}{2\,\sigma^2_2} - \tfrac12$": KL,
    r"\mathrm{KL}(\mathcal{N}(\mu_1, \sigma_1^2) || \mathcal{N}(\mu_2, \sigma_2^2)) = \log\frac{\sigma_2}{\sigma_1} "
    r"+ \frac{\sigma_1^2 + (\mu_1-\mu_2)^2}{2\sigma_2^2} - \frac12.": KL,
    r"D_{\mathsf{KL}}\left(q \parallel p\right) = -\frac{1}{2}\left(1 + \log(\sigma^2) - \mu^2 - \sigma^2\right).": STANDARD,
    r"\frac12 x": x / 2, r"\frac ab": a / b, r"\frac{a}b c": a * c / b, r"\sqrt{a}": sp.sqrt(a), r"\sqrt[3]{a}": a ** sp.Rational(1, 3),
    r"\sqrt2 x": sp.sqrt(2) * x, r"e^{-\frac{x^2}{2}}": sp.exp(-(x**2) / 2), r"\exp\left[-x\right]": sp.exp(-x),
    r"\boldsymbol{\mu}^2 \cdot \mathbf{x}": mu**2 * x, r"\left|x\right|": sp.Abs(x), r"\lVert x \rVert^2": sp.Abs(x) ** 2,
    r"\text{x} + \mathrm{\mu}": x + mu, r"\left\{ x \right\}^2": x**2, r"\log_2 a": sp.log(a) / sp.log(2),
    r"\log 2\pi\sigma^2": sp.log(2 * sp.pi * sigma**2), r"\bigl(x + y\bigr)^2": (x + y) ** 2, r"\log{a}": sp.log(a),
    r"{\mu}_1": mu1, r"\sigma x": sigma * x,
}


@pytest.mark.parametrize("text", FAMILIES)
def test_scalar_notation(text):
    assert parse(text, SCALARS) == FAMILIES[text]


@pytest.mark.parametrize("text", [
    r"\frac{1}{2} \sum_{i=1}^{d} (1 + \log \sigma_i^2 - \mu_i^2 - \sigma_i^2)",
    r"$$KL(q_{\phi}(\mathbf{z}|\mathbf{x})||p(\mathbf{z})) = \frac{1}{2} \sum_{i=1}^{d} (1 + \log \sigma_i^2 - \mu_i^2 - \sigma_i^2)$$",
    r"\frac{1}{2} \sum_{j=1}^J (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2) \quad (14)",
    r"\frac12 \sum_{i=0}^{d-1} (1 + \log \sigma_i^2 - \mu_i^2 - \sigma_i^2)",
    "0.5*sum(1 + log(sigma**2) - mu**2 - sigma**2)",
    "1/2*sum(1 + log(sigma[i]**2) - mu[i]**2 - sigma[i]**2, i)",
    "1/2*sum(1 + log(sigma_k**2) - mu_k**2 - sigma_k**2, (k, 1, d))",
    "½ Σ_i (1 + ln σᵢ² − μᵢ² − σᵢ²)",
    "½ Σᵢ (1 + ln σᵢ² − μᵢ² − σᵢ²)",
    "½ ∑_{i=1}^d (1 + ln σ_i² − μ_i² − σ_i²)",
])
def test_sheet_a_formula_2_1b_in_every_syntax(text):
    assert parse(text, ARRAYS, ranges=RANGES) == SHEET


def test_aufgabe_21b():
    assert parse(r"-\frac{1}{2}\left(1 + \log(\sigma^2) - \mu^2 - \sigma^2\right)", {"mu": mu, "sigma": sigma}) == STANDARD


@pytest.mark.parametrize("text", [
    r"\frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_t", r"\frac{1 - \bar{\alpha}_{t-1}}{1 - \bar{\alpha}_t} \beta_t",
    r"\beta_t \frac{1 - {\bar\alpha}_{t-1}}{1 - {\bar\alpha}_t}", "beta_t*(1 - alpha_bar[t-1])/(1 - alpha_bar[t])",
    "beta[t]*(1 - alphabar[t-1])/(1 - alphabar[t])", "β_t (1 − ᾱ_{t-1})/(1 − ᾱ_t)", "βₜ (1 − ᾱₜ₋₁)/(1 − ᾱₜ)",
    r"\beta_t \cdot (1 - \overline{\alpha}_{t-1}) / (1 - \overline{\alpha}_t)",
])
def test_indices_and_accents(text):
    assert parse(text, CHAIN) == beta[t] * (1 - alphabar[t - 1]) / (1 - alphabar[t])


def test_a_product_over_an_index():
    s = sp.Symbol("s", integer=True)
    assert parse(r"\prod_{s=1}^t \alpha_s", CHAIN) == sp.Product(alpha[s], (s, 1, t))


@pytest.mark.parametrize("name", ["sigma1", "sigma_1", "σ1", "σ₁", r"\sigma_1", r"\sigma_{1}", r"\boldsymbol{\sigma}_1"])
def test_aliases_of_a_name_work_on_both_sides(name):
    for declared in ("sigma1", "sigma_1", r"\sigma_{1}", "σ₁"):
        assert parse(f"{name}^2", {declared: sigma1}) == sigma1**2


def test_a_previous_value_declared_as_a_symbol_of_its_own():
    now, before = sp.symbols("abar abar_prev", positive=True)
    assert parse(r"\bar\alpha_t - \bar{\alpha}_{t-1}", {"alpha_bar_t": now, "alpha_bar_{t-1}": before}) == now - before


def test_names_that_read_alike_but_differ_are_the_callers_mistake():
    with pytest.raises(ValueError, match="reads like another name"):
        parse("x", {"sigma1": sigma1, "sigma_1": sigma2})


def test_declared_functions():
    p, q = sp.Function("p"), sp.Function("q")
    assert parse("p(x)/(p(x) + q(x))", {"x": x}, functions=(p, q)) == p(x) / (p(x) + q(x))
    assert parse(r"\frac{p(x)}{p(x) + q(x)}", {"x": x}, functions={"p": p, "q": q}) == p(x) / (p(x) + q(x))
    assert parse(r"\frac{p_{\text{data}}(x)}{2}", {"x": x}, functions={"p_data": p}) == p(x) / 2


def test_matrices():
    n = sp.Symbol("n", integer=True, positive=True)
    s1, s2, m1, m2 = (sp.MatrixSymbol(*spec) for spec in (("S1", n, n), ("S2", n, n), ("m1", n, 1), ("m2", n, 1)))
    symbols = {"Sigma1": s1, "Sigma2": s2, "mu1": m1, "mu2": m2, "n": n}
    assert parse(r"\operatorname{tr}(\Sigma_2^{-1}\Sigma_1) - n", symbols) == sp.Trace(s2.I * s1) - n
    assert parse(r"\log\frac{|\Sigma_2|}{\det \Sigma_1}", symbols) == sp.log(sp.Determinant(s2) / sp.Determinant(s1))
    assert parse(r"\mu_1^T \mu_1", symbols) == parse("mu1^⊤ mu1", symbols) == sp.Trace(m1.T * m1)
    assert parse(r"(\mu_2-\mu_1)^T\Sigma_2^{-1}(\mu_2-\mu_1)", symbols) == (
        sp.Trace(sp.MatMul((m2 - m1).T, s2.I, m2 - m1)))
    with pytest.raises(FormulaError, match="Shapes do not fit"):
        parse("mu1 * Sigma1", symbols)
    with pytest.raises(FormulaError, match="different shapes"):
        parse("Sigma1 + 1", symbols)


AMBIGUOUS = ["a/bc", "a/b c", "1/2x", "a/2 b", "x^2/2 sigma^2", "log a/b", "log a b", "log a (b)", "√σ²", "√2π", r"\sigma^12",
             r"\mu_12", "log^-1 a", r"x^2^3 + \mu", "exp -x", "a 2"]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_two_readings_are_never_chosen_between(text):
    with pytest.raises(FormulaError):
        parse(text, SCALARS)


def test_an_index_outside_its_sum_is_refused():
    with pytest.raises(FormulaError, match="no sum over i surrounds it"):
        parse(r"\frac12 \sum_i \mu_i^2 + \sigma_i^2", ARRAYS, ranges=RANGES)
    assert parse("mu^2", ARRAYS, keep_free_index=True) == mus[i] ** 2


def test_errors_point_at_the_place_and_say_what_is_allowed():
    with pytest.raises(FormulaError) as caught:
        parse("1/2*sigmma1^2", {"sigma1": sigma1, "mu": mu})
    error = caught.value
    assert (error.position, error.allowed) == (4, "mu, sigma1")
    assert "The symbol sigmma1 is unknown here; did you mean sigma1?" in str(error)
    lines = str(error).splitlines()
    assert lines[1].index("sigmma1") == lines[2].index("^")
