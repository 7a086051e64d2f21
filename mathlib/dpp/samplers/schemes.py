"""One call for every sampling scheme, by name: what a comparison at equal numbers of evaluations needs."""

from typing import Any

from mathlib.annotations import RNG
from mathlib.checks import check_choice, shown
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.samplers.barriers import sparsify
from mathlib.dpp.samplers.christoffel import sample_christoffel
from mathlib.dpp.samplers.conditioned import sample_boosted, sample_conditioned
from mathlib.dpp.samplers.design import SCHEMES, Design, check_points_of
from mathlib.dpp.samplers.projection import sample_dpp
from mathlib.dpp.samplers.volume import sample_repeated_dpp, sample_volume_rescaled

__all__ = ["sample_design"]

#: Copies of the projection process in the pool that "sparsified" chooses from.
POOL_COPIES = 8

_BY_NUMBER = {
    "christoffel": sample_christoffel,
    "volume_rescaled": sample_volume_rescaled,
    "conditioned": sample_conditioned,
    "boosted": sample_boosted,
}


def sample_design(
    basis: Basis,
    scheme: str,
    n: int,
    *,
    rng: RNG,
    size: int | None = None,
    **options: Any,
) -> Design:
    """Draw a design of n points by the scheme of this name.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    scheme : str
        "christoffel", "dpp", "repeated_dpp", "volume_rescaled", "conditioned", "boosted" or "sparsified".
    n : int
        Number of points, at least m: exactly m for "dpp", a multiple of m for "repeated_dpp", more than m for
        "sparsified", which chooses at most n points out of eight copies of the projection process.
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        Number R of draws; not for "sparsified", whose draws differ in length.
    **options
        Further arguments of the sampler, such as `delta` for "conditioned" or `tries` for "boosted".

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        If the scheme has another name, or n does not suit it.
    SamplingFailedError
        If "conditioned" runs out of tries.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 3))
    >>> [sample_design(basis, scheme, 8, rng=0).n for scheme in ("repeated_dpp", "volume_rescaled")]
    [8, 8]
    """
    check_choice("scheme", scheme, SCHEMES)
    m = check_basis(basis).m
    n = check_points_of(scheme, n, m)
    if scheme in _BY_NUMBER:
        return _BY_NUMBER[scheme](basis, n, rng=rng, size=size, **options)
    if scheme == "dpp":
        return sample_dpp(basis, rng=rng, size=size, **options)
    if scheme == "repeated_dpp":
        return sample_repeated_dpp(basis, n // m, rng=rng, size=size, **options)
    if size is not None:
        raise ValueError(
            f"size must be None for sparsified designs, which differ in length; got {shown(size)}."
        )
    return sparsify(basis, sample_repeated_dpp(basis, POOL_COPIES, rng=rng, **options), n)
