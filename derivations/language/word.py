"""What every word of the language shares: a name, a LaTeX form, and a definition to unfold to."""

from sympy import Expr, IndexedBase, Symbol, sympify
from sympy.tensor.indexed import Indexed


class Word(Expr):
    """A scalar mathematical word that SymPy lacks.

    A subclass has its LaTeX (`_latex`) and its `definition()`: the expression it abbreviates, in
    simpler words. It holds nothing else: how to rewrite is the rules' business, how to evaluate the
    evaluators'.
    """

    is_commutative = True
    is_real = True
    needs = ()  # conditions without which the definition does not say what the word means

    def __new__(cls, *args):
        return super().__new__(cls, *(sympify(a) for a in args))

    def definition(self):
        """The expression that this word abbreviates."""
        raise NotImplementedError(f"{type(self).__name__} is a primitive word")

    def _eval_derivative(self, symbol):
        """Zero for what does not occur; otherwise left to the rules, which know the conditions."""
        from sympy import Derivative, S

        return S.Zero if symbol not in self.free_symbols else Derivative(self, symbol, evaluate=False)


class Binder(Word):
    """A word whose last argument is a bound variable, as the x of an integral over x."""

    @property
    def bound(self):
        return self.args[-1]

    @property
    def bound_symbols(self):
        return {self.bound}

    @property
    def free_symbols(self):
        inner = set().union(*(a.free_symbols for a in self.args[:-1]))
        return {s for s in inner if not belongs(s, self.bound)}

    def _eval_subs(self, old, new):
        return self if old == self.bound else None

    def renamed(self, variable):
        """The same word with another name for its bound variable."""
        return self.func(*(a.xreplace({self.bound: variable}) for a in self.args[:-1]), variable)


def belongs(symbol, variable):
    """Is `symbol` the bound `variable`, or one of its coordinates?"""
    if isinstance(symbol, Indexed):
        symbol = symbol.base
    if isinstance(variable, IndexedBase):
        return symbol in (variable, variable.label)
    return symbol == variable


def depends(expr, variable):
    """Does `expr` depend on `variable` (a symbol, an indexed base, or a matrix symbol)?"""
    return any(belongs(s, variable) for s in expr.free_symbols)


def real(names):
    """Real symbols, several when the names are several: real("x z")."""
    return _symbols(names, real=True)


def positive(names):
    """Positive symbols."""
    return _symbols(names, positive=True)


def integer(names):
    """Positive integers: dimensions, steps, indices."""
    return _symbols(names, integer=True, positive=True)


def _symbols(names, **assumptions):
    found = tuple(Symbol(n, **assumptions) for n in names.split())
    return found[0] if len(found) == 1 else found
