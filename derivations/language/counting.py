"""Words that count: the numbers in an array, the weights of a layer, the places of a sliding window."""

from sympy import Integer, Sum, Symbol

from derivations.language.word import Word


class Entries(Word):
    """The number of numbers in an array of the sizes given: Entries(h, w) for h rows and w columns."""

    is_positive = True
    title = "the number of entries"

    def definition(self):
        """Every entry counts one."""
        total = Integer(1)
        for axis, size in enumerate(self.args, 1):
            total = Sum(total, (Symbol(f"i_{axis}", integer=True, positive=True), 1, size))
        return total

    def _latex(self, printer):
        sizes = r" \times ".join(map(printer._print, self.args))
        return rf"\#\left({sizes}\right)"


class DenseParameters(Word):
    """The number of parameters of a dense layer, n numbers in and m out: a weight for each pair and a bias for each output."""

    is_positive = True
    title = "the parameters of a dense layer"

    def definition(self):
        n, m = self.args
        return Entries(m, n) + Entries(m)

    def _latex(self, printer):
        n, m = map(printer._print, self.args)
        return rf"\#\left({n} \to {m}\right)"


class Multiples(Word):
    """The number of k = 0, 1, 2, ... for which stride k is at most `room`: Multiples(room, stride)."""

    is_integer = True
    is_nonnegative = True
    room = property(lambda self: self.args[0])
    stride = property(lambda self: self.args[1])

    def _latex(self, printer):
        return rf"\#\left\{{k \ge 0 : {printer._print(self.stride)} k \le {printer._print(self.room)}\right\}}"


class WindowPlaces(Word):
    """The number of places of a window of `kernel` entries that moves by `stride` along `length` entries, `padding` more at each end."""

    is_integer = True
    is_nonnegative = True
    title = "the places of a window"

    def definition(self):
        """The window that begins at stride k ends inside if stride k + kernel <= length + 2 padding."""
        length, kernel, stride, padding = self.args
        return Multiples(length + 2 * padding - kernel, stride)

    def _latex(self, printer):
        length, kernel, stride, padding = map(printer._print, self.args)
        return rf"\operatorname{{conv}}_{{{kernel},{stride},{padding}}}\left({length}\right)"
