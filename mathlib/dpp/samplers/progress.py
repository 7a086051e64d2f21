"""Long draws in parts: a compiled call cannot be interrupted, so none may take long."""

from collections.abc import Callable, Iterator

from tqdm import tqdm

__all__ = ["in_parts", "until_done"]

#: Seconds of silence before a bar appears.
_PATIENCE = 3.0


def in_parts(total, part, what) -> Iterator[int]:
    """Yield sizes of at most `part` that add up to `total`, and show how far we are after some seconds.

    >>> list(in_parts(7, 3, "draws"))
    [3, 3, 1]
    """
    if total <= part:  # nothing to show, and the first call of all compiles meanwhile
        yield from [total] if total else []
        return
    with tqdm(total=total, desc=what, delay=_PATIENCE, leave=False) as bar:
        for start in range(0, total, part):
            count = min(part, total - start)
            yield count
            bar.update(count)


def until_done(step: Callable, done: Callable, total, what) -> None:
    """Call `step()` until `done()`, which it makes grow, is `total`, and show how far we are.

    >>> numbers = []
    >>> until_done(lambda: numbers.append(1), lambda: len(numbers), 3, "numbers")
    >>> numbers
    [1, 1, 1]
    """
    step()  # mostly this is all, and a bar takes longer than a short draw
    if done() < total:
        with tqdm(total=total, desc=what, delay=_PATIENCE, leave=False) as bar:
            while done() < total:
                step()
                bar.update(done() - bar.n)
