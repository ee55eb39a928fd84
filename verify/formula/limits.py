"""How large a typed formula may be. Each bound keeps the cost of reading and judging small and known beforehand.

The largest right answer on the sheets has 40 nodes and 9 levels; a bound that is met is met by no such answer.
"""

CHARACTERS = 4_000      # length of the text
NODES = 600             # numbers, symbols and operations
DEPTH = 30              # brackets, exponents and function arguments inside one another
HEIGHT = 6              # functions, roots and exponents inside one another, as in log(1 + exp(-sqrt(x)))
DIGITS = 40             # of one number, and of the exponent range in 1e-40
EXPONENT = 64           # numerator and denominator of a constant exponent
BITS = 4_096            # of any number the formula works out to
DEGREE = 128            # of powers within powers
TERMS = 20_000          # that multiplying out would give
SUMMANDS = 1_000        # of a sum with constant limits
