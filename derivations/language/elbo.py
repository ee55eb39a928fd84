"""The evidence lower bound."""

from sympy import log

from derivations.language.density import Density
from derivations.language.integral import E
from derivations.language.word import Binder


class ELBO(Binder):
    """ELBO(p(x, z), q(z | x), z) = E_q[log p(x, z) - log q(z | x)], in nats. Sheet D 21a."""

    joint = property(lambda self: self.args[0])
    q = property(lambda self: self.args[1])

    def definition(self):
        return E(log(self.joint) - log(self.q), self.q, self.bound)

    def _latex(self, printer):
        names = [d.law if isinstance(d, Density) else printer._print(d) for d in (self.joint, self.q)]
        observed = [v for v in getattr(self.joint, "values", ()) if v != self.bound]
        at = rf"\left({', '.join(map(printer._print, observed))}\right)" if observed else ""
        return rf"\mathcal{{L}}^{{\mathrm{{ELBO}}}}_{{{','.join(names)}}}{at}"
