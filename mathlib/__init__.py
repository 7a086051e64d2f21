"""Mathematical experiments that anyone can run, read and trust.

One folder a topic: `mathlib.jl`, `mathlib.sensitivity`, `mathlib.dpp`, `mathlib.posets`, `mathlib.packing`,
`mathlib.graphs`, `mathlib.metrics`.
`mathlib.claim` states a claim in a notebook, `mathlib.record` keeps a number for the tables of many runs,
`mathlib.errors` and `mathlib.checks` hold the errors and the checks of arguments that several topics share,
and `mathlib.plotting` is the house style of the figures.

Importing this package costs a few milliseconds: a topic, and the libraries it needs, load when a name of the
topic is used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
