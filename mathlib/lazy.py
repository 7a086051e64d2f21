"""Names of a package that load when they are first used (PEP 562)."""

import importlib
import sys

__all__ = ["lazy_names"]


def lazy_names(package, home):
    """Return `__getattr__`, `__dir__` and `__all__` for a package.

    Parameters
    ----------
    package : str
        Its `__name__`.
    home : dict of str to str
        The module of the package that defines each public name.

    Examples
    --------
    In the `__init__.py` of a topic:

        __getattr__, __dir__, __all__ = lazy_names(__name__, {"fwht": "hadamard"})
    """

    def load(name):
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{home[name]}"), name)

    def names():
        return sorted({*vars(sys.modules[package]), *home})

    return load, names, list(home)
