"""Charts of answers as Vega-Lite specifications, drawn alike in browsers and in files."""
