"""Unfold or fold the definition of a word."""

from derivations.rules.rule import Normaliser, bottom_up


class definition(Normaliser):
    """definition(KL): every KL on either side is replaced by what it abbreviates."""

    summary = "A word is replaced by its definition, or a definition by its word."

    def __init__(self, *words):
        self.words = words

    @property
    def name(self):
        return f"definition of {', '.join(getattr(w, 'title', w.__name__) for w in self.words)}"

    def normal(self, expr, context):
        def unfold(node):
            if not isinstance(node, self.words):
                return node
            try:
                meaning = node.definition()
            except NotImplementedError:  # a recursive word at a place where neither of its cases is known to apply
                return node
            self.require(context, *node.needs)
            return bottom_up(meaning, unfold)

        return bottom_up(expr, unfold)
