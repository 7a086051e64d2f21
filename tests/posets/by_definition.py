"""h*, w* and dim2 from the definition alone, for posets with up to five elements.

The sets S_x are chosen one after the other, and each pair is compared with the order. Nothing is known here
of up-sets, critical rows or colourings; the only saving is that ground elements enter as 0, 1, 2, ...
"""

from itertools import count


def parameters(poset) -> tuple[int, int, int]:
    """(h*, w*, dim2): the least height, the least ground set at that height, the least ground set."""
    n = len(poset)
    height = next(h for h in count() if representable(poset, h, n * h))
    width = next(w for w in count() if representable(poset, height, w))
    return height, width, next(d for d in count() if representable(poset, d, d))


def representable(poset, height: int, ground: int) -> bool:
    """Whether sets of at most `height` elements of a ground set of size `ground` represent the poset."""
    order = sorted(poset, key=lambda x: sum(poset.less_equal(z, x) for z in poset))
    return _extend(poset, order, [], 0, height, ground)


def _extend(poset, order, sets, used, height, ground) -> bool:
    if len(sets) == len(order):
        return True
    x = order[len(sets)]
    for candidate, used_now in _candidates(used, height, ground):
        if all(
            poset.less_equal(z, x) == (members <= candidate)
            and poset.less_equal(x, z) == (candidate <= members)
            for z, members in zip(order, sets, strict=False)
        ) and _extend(poset, order, [*sets, candidate], used_now, height, ground):
            return True
    return False


def _candidates(used, height, ground):
    """All sets of at most `height` elements among those used, with the next new ones added."""
    olds = [frozenset()]
    for element in range(used):
        olds += [members | {element} for members in olds if len(members) < height]
    for members in olds:
        for new in range(min(height - len(members), ground - used) + 1):
            yield members | set(range(used, used + new)), used + new


def verified(certificate):
    """The certificate itself, once it has been verified."""
    certificate.verify()
    return certificate
