"""Do raters agree: coefficients of two raters or many, on any level of measurement."""
