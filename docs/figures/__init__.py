"""The figures, one file each: `CLAIM` (whose page shows it), `CAPTION`, `HEIGHT` (inches) and `draw(figure)`.

The maps of errors are of one kind and come from one file, `accuracy`.

Every curve is drawn from a compiled closed form, `verify.NAME.numpy()`; no formula is typed here a second time.
"""
