"""Forms: field kinds, conditional show and require, formulas, validation. Pure."""
