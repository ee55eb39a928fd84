"""What the checker refuses: every claim, every step and the checker itself, mutated.

`python -m verify.mutation` changes one thing at a time (a sign, a factor, an index, a rule, a domain, ...) and asks
each layer of evidence on its own whether it notices. See `verify.mutation.campaign` for the words it answers with.
"""
