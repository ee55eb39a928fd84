"""The pages, one module each: a function from evidence to Markdown."""
