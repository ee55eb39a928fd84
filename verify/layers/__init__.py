"""The layers of evidence, one file each: `run(case)` gives the layer's `Evidence`, `applies(claim)` why not."""
