"""The figures, one file each: `CLAIM` (whose page shows it), `CAPTION`, `HEIGHT` (inches) and `draw(figure)`.

Every curve is drawn from a compiled closed form, `verify.NAME.numpy()`; no formula is typed here a second time.
"""
