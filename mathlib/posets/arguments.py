"""What is said when an argument is no poset or no embedding, in one place."""

from mathlib.posets.embedding import Embedding
from mathlib.posets.poset import Poset

__all__ = ["checked_embedding", "checked_poset"]


def checked_poset(poset) -> Poset:
    """The argument itself, or TypeError."""
    if not isinstance(poset, Poset):
        raise TypeError(f"a Poset is needed, not {type(poset).__name__}: see Poset and Poset.from_networkx")
    return poset


def checked_embedding(embedding) -> Embedding:
    """The argument itself, or ValueError."""
    if not isinstance(embedding, Embedding):
        raise ValueError(
            f"an Embedding is needed, not {type(embedding).__name__}: see Embedding and find_embedding"
        )
    return embedding
