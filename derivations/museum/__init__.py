"""Wrong formulas, kept so that they are seen to be refuted."""
