"""The error rates of every claim's Monte Carlo layer, measured: false alarms over thousands of seeds, and 1% mutants.

`make calibration` runs it; `measure` measures one claim, `mutants` makes its wrong statements.
"""
