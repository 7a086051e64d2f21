"""The site: a gallery and one page a notebook, static, offline and without any script.

`build_site` writes results/index.html and results/<name>/index.html; `check_formulas` says which formulas
of a notebook the site cannot show. Everything heavy is imported only when a page is really built.
"""

from runner.report.build import build_site

__all__ = ["build_site", "check_formulas"]


def __getattr__(name):
    if name == "check_formulas":
        from runner.report.prose import check_formulas

        return check_formulas
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
