"""Sets as text, and what a picture shows in a sentence or two."""

from collections.abc import Collection, Iterable

from mathlib.posets.certificates.embedding import Embedding
from mathlib.posets.order.poset import Poset

__all__ = ["said_embedding", "said_poset", "set_text"]

#: Longer lists are counted, not read out.
_LISTED = 12


def set_text(members: Iterable) -> str:
    """A set as mathematicians write it on a blackboard: 013, or {10, 11} if a name is longer than one letter.

    >>> set_text({1, 0, 3}), set_text({10, 2}), set_text(())
    ('013', '{2,10}', '∅')
    """
    names = [str(member) for member in sorted(members, key=lambda member: (len(str(member)), str(member)))]
    if not names:
        return "∅"
    return "".join(names) if all(len(name) == 1 for name in names) else "{" + ",".join(names) + "}"


def said_poset(poset: Poset, filled: Collection = ()) -> str:
    """What a Hasse diagram shows.

    >>> from mathlib.posets import fence
    >>> said_poset(fence(4), filled={1})
    'Hasse diagram of a poset on 4 elements: 0 below 1, 2 below 1, 2 below 3. Filled: 1.'
    """
    covers = poset.covers
    shown = ", ".join(f"{x} below {y}" for x, y in covers) if covers else "no two comparable"
    if len(covers) > _LISTED:
        least, greatest = len(poset.minimal_elements), len(poset.maximal_elements)
        shown = f"{len(covers)} covers, {least} minimal and {greatest} maximal elements"
    marked = [str(x) for x in poset if x in filled]
    ends = f" Filled: {', '.join(marked)}." if 0 < len(marked) <= _LISTED else ""
    return f"Hasse diagram of a poset on {len(poset)} element{'s' * (len(poset) != 1)}: {shown}.{ends}"


def said_embedding(embedding: Embedding, *, lattice: bool) -> str:
    """What the picture of a copy in a Boolean lattice shows.

    >>> from mathlib.posets import hypercube_width, antichain
    >>> said_embedding(hypercube_width(antichain(2)).embedding, lattice=True)
    'A copy of a poset on 2 elements in the Boolean lattice of dimension 2: the sets are 0 for 0, 1 for 1.'
    """
    sets = embedding.sets
    place = f"in the Boolean lattice of dimension {embedding.width}" if lattice else "as a Hasse diagram"
    listed = ", ".join(f"{set_text(members)} for {x}" for x, members in sets.items())
    if len(sets) > _LISTED or not sets:
        listed = f"sets of at most {embedding.height} of {embedding.width} ground elements"
    else:
        listed = f"the sets are {listed}"
    return f"A copy of a poset on {len(sets)} element{'s' * (len(sets) != 1)} {place}: {listed}."
