"""Where a certificate breaks the conditions on triangles, or seems to: for a solver to learn from."""

from dataclasses import dataclass
from math import inf

import numpy as np

from mathlib.checks import check_integer, check_number, shown
from mathlib.errors import CertificateError
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.second_checker.allowances import exponent_of, numbers_for
from mathlib.packing.three_point.second_checker.triples import Boxes, sides_of

__all__ = ["UnprovedTriangles", "unproved_triangles"]


@dataclass(frozen=True, repr=False, eq=False)
class UnprovedTriangles:
    """Triangles of which a condition does not hold, or could not be proved; without any it is proved.

    Attributes
    ----------
    triangles : ndarray of shape (N, 3)
        The sides a, b, c in units of r; in (D2) c is opposite to the angle between a and b.
    values : ndarray of shape (N,)
        The left side of the condition there, the largest first.
    boxes : int
        How many boxes were examined.
    """

    triangles: np.ndarray
    values: np.ndarray
    boxes: int

    def __repr__(self) -> str:
        worst = f", the worst with {self.values[0]:.3g}" if len(self.values) else ""
        return f"UnprovedTriangles({len(self.values)} triangles{worst}, {self.boxes} boxes)"


def unproved_triangles(
    certificate: ThreePointCertificate, condition: int, *, most: int = 300, distance: float = 0.06
) -> UnprovedTriangles:
    """Return triangles of which (D1) or (D2) is violated or cannot be proved, by the checker "taylor".

    Around a violation the boxes are cut until they are narrower than `distance`, so that separate maxima all
    appear. An empty result means that the condition is proved.

    Parameters
    ----------
    certificate : ThreePointCertificate
    condition : int
        1 for (D1), 2 for (D2); `ThreePointCertificate` states them.
    most : int
        So many triangles at most are returned.
    distance : float
        Their least distance, in units of (R - r)/2 and in the largest of three coordinates.

    Returns
    -------
    UnprovedTriangles

    Raises
    ------
    ValueError
        If an argument is out of range.
    CertificateError
        If 0 < r < R < 2r does not hold, or doubles cannot hold the matrices.

    Notes
    -----
    Cost: that of `certificate.verify()`, where the condition holds.

    Examples
    --------
    >>> unproved_triangles(ThreePointCertificate.shipped(14), 1)
    UnprovedTriangles(0 triangles, ... boxes)
    """
    if not isinstance(certificate, ThreePointCertificate):
        raise ValueError(f"certificate must be a ThreePointCertificate; got {shown(certificate)}.")
    condition = check_integer("condition", condition, 1, 2, "for (D1) or (D2)")
    most = check_integer("most", most, 1, 10**6, "so many triangles")
    distance = check_number("distance", distance, 0, inf, "between two triangles")
    r, R = certificate.r, certificate.R
    if 2 * r <= R:
        raise CertificateError(f"R < 2 r does not hold: r = {float(r)!r}, R = {float(R)!r}")
    search = Boxes(condition, numbers_for(certificate.n, r, R, certificate.blocks))
    found = []
    for box, _, place in search:
        found.append(place)
        if (box[1] - box[0]).max() > distance:
            search.cut(box)
    points = np.array(found).reshape(-1, 4)
    points, kept = points[np.argsort(-points[:, 3])], np.zeros((0, 4))
    while len(points) and len(kept) < most:
        kept = np.vstack([kept, points[:1]])
        points = points[np.abs(points[:, :3] - points[0, :3]).max(axis=1) > distance]
    with np.errstate(over="ignore"):  # a certificate may be scaled beyond the range of doubles
        values = np.ldexp(kept[:, 3], exponent_of(certificate.blocks))
    return UnprovedTriangles(sides_of(condition, kept, 1.0, float(R / r)), values, search.count)
