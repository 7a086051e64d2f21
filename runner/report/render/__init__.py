"""How it is shown: Markdown, formulas, code and its outputs as HTML in which nothing acts."""
