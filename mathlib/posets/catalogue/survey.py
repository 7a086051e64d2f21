"""The census: h*, w* and dim2 of every poset of a size, and the theorem w*(P) <= |P| checked on each."""

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from mathlib.checks import check_choice, check_count, check_flag, deadline_after, shown
from mathlib.posets.catalogue.branch_and_bound import solve_many
from mathlib.posets.catalogue.enumeration import check_size, keys_of_size
from mathlib.posets.catalogue.poset_list import PosetList
from mathlib.posets.clock import OutOfTime, is_over

__all__ = ["Census", "census"]

#: So many posets are solved between two looks at the clock.
CHUNK = 1000
#: Seconds between two writings of the checkpoint.
_CHECKPOINT_EVERY = 5.0
_UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Census:
    """Parameters of all posets on n elements, in the order of `enumerate_posets(n)`.

    Attributes
    ----------
    posets : PosetList
        All posets on n elements.
    height, width, two_dimension : arrays of int8, shape (number of posets,)
        h*, w* and dim2.
    height_bound : array of int8
        The largest chromatic number of the conflict graph below one maximal element, a lower bound of h*.
    verified : array of bool
        Whether the representations found for the poset, one of height h* and width w* and one of width
        dim2, were checked by the definition: x <= y iff S_x is a subset of S_y, for every ordered pair.
    complete : bool
        False if the time was up before all posets were done: then those that were done are here.

    Examples
    --------
    >>> table = census(3)
    >>> table.width.tolist(), len(table.widest)
    ([3, 2, 3, 2, 2], 2)
    """

    posets: PosetList
    height: np.ndarray
    width: np.ndarray
    two_dimension: np.ndarray
    height_bound: np.ndarray
    verified: np.ndarray
    complete: bool = True

    @property
    def n(self) -> int:
        """The number of elements."""
        return self.posets.n

    def __len__(self) -> int:
        return len(self.posets)

    def histogram(self, column: str) -> list[int]:
        """Return how many posets have the value 0, 1, 2, ... in a column.

        Parameters
        ----------
        column : {"height", "width", "two_dimension", "height_bound"}
            The parameter.

        Returns
        -------
        list of int
            Up to the largest value.

        Examples
        --------
        >>> census(4).histogram("height")
        [0, 2, 8, 6]
        """
        check_choice("column", column, ("height", "width", "two_dimension", "height_bound"))
        return np.bincount(getattr(self, column)).tolist()

    def select(self, mask: ArrayLike) -> PosetList:
        """Return the posets at which a boolean array is true.

        Parameters
        ----------
        mask : array of bool, shape (number of posets,)
            Such as `table.width == 4`.

        Returns
        -------
        PosetList
            In the same order.

        Raises
        ------
        ValueError
            If it is no such array.

        Examples
        --------
        >>> table = census(5)
        >>> len(table.select(table.width > table.two_dimension))
        1
        """
        chosen = np.asarray(mask)
        if chosen.dtype != bool or chosen.shape != self.height.shape:
            raise ValueError(
                f"mask must be a boolean array of shape {self.height.shape}; got {shown(mask)}. "
                "Compare a column, as in table.width == 4."
            )
        return PosetList(self.n, self.posets.keys[chosen])

    @property
    def exceptions(self) -> PosetList:
        """The posets with w* > |P|; the theorem of Flídr, Ivan and Jaffe (2025) says that there are none."""
        return self.select(self.width > self.n)

    @property
    def widest(self) -> PosetList:
        """The posets with w* = |P|."""
        return self.select(self.width == self.n)

    @property
    def highest_two_dimension(self) -> PosetList:
        """The posets with dim2 = |P|."""
        return self.select(self.two_dimension == self.n)

    @property
    def bound_exceptions(self) -> PosetList:
        """The posets whose h* exceeds the chromatic bound `height_bound`."""
        return self.select(self.height > self.height_bound)

    def __repr__(self) -> str:
        part = "" if self.complete else ", not all"
        return (
            f"<Census of {len(self)} posets on {self.n} elements{part}: w* > {self.n} for "
            f"{len(self.exceptions)}, w* = {self.n} for {len(self.widest)}, dim2 = {self.n} for "
            f"{len(self.highest_two_dimension)}>"
        )


def census(
    n: int,
    *,
    jobs: int = 1,
    checkpoint: str | Path | None = None,
    progress: bool = False,
    time_limit: float | None = None,
) -> Census:
    """h*, w* and dim2 of every poset on n elements, up to isomorphism.

    The computation does not presume w* <= |P|: h* is searched for without a limit on the ground set.

    Parameters
    ----------
    n : int
        From 0 to 10. Once compiled, on one core, n = 8 takes a second, n = 9 ten seconds, n = 10 seven
        minutes and 400 MB.
    jobs : int
        The number of processes; the result does not depend on it. In a script, more than one needs the usual
        guard, `if __name__ == "__main__":`.
    checkpoint : path, optional
        A file (.npz) to which the state is saved every few seconds, at an interruption and at the end. A
        later call with the same n and file goes on from there.
    progress : bool
        Whether to show a progress bar on standard error if it takes longer than a second.
    time_limit : float, optional
        Seconds after which the census ends with the posets done so far, `complete` being False.

    Returns
    -------
    Census
        One row for each poset.

    Raises
    ------
    ValueError
        If n is out of range, or the checkpoint is no checkpoint for this n.

    Examples
    --------
    >>> census(6)
    <Census of 318 posets on 6 elements: w* > 6 for 0, w* = 6 for 13, dim2 = 6 for 12>
    """
    n, jobs = check_size(n), check_count("jobs", jobs, 1, "the number of processes")
    progress, deadline = check_flag("progress", progress), deadline_after(time_limit)
    if checkpoint is not None and not isinstance(checkpoint, str | os.PathLike):
        raise TypeError(f"checkpoint must be the path of a file, or None; got {shown(checkpoint)}.")
    try:
        posets = PosetList(n, keys_of_size(n, deadline))
    except OutOfTime:  # not even listed
        return _census(PosetList(n, np.zeros(0, np.uint64)), np.zeros((0, 5), np.int8), complete=False)
    table = _load(checkpoint, posets)
    try:
        _fill(table, posets, jobs, checkpoint, progress, deadline)
    finally:
        _save(checkpoint, posets, table)
    done = table[:, 0] != _UNKNOWN
    if not done.all():
        posets, table = PosetList(n, posets.keys[done]), table[done]
    return _census(posets, table, complete=bool(done.all()))


def _census(posets: PosetList, table: np.ndarray, *, complete: bool) -> Census:
    height, width, two_dimension, height_bound, checked = table.T
    return Census(posets, height, width, two_dimension, height_bound, checked == 1, complete)


def _fill(table: np.ndarray, posets: PosetList, jobs: int, checkpoint, progress: bool, deadline) -> None:
    """Solve what is unknown, chunk by chunk, and write it into the table."""
    starts = [s for s in range(0, len(posets), CHUNK) if (table[s : s + CHUNK, 0] == _UNKNOWN).any()]
    pieces = (posets[s : s + CHUNK] for s in starts)
    done = len(posets) - sum(len(posets[s : s + CHUNK]) for s in starts)
    saved = time.monotonic()
    bar = tqdm(total=len(posets), initial=done, unit="poset", delay=1, disable=not progress)
    with bar, _solved(pieces, min(jobs, len(starts)) or 1) as solutions:
        for start, solution in zip(starts, solutions, strict=True):
            table[start : start + CHUNK] = solution
            bar.update(len(solution))
            if checkpoint and time.monotonic() - saved > _CHECKPOINT_EVERY:
                _save(checkpoint, posets, table)
                saved = time.monotonic()
            if is_over(deadline):
                return


@contextmanager
def _solved(pieces, jobs: int):
    """The solutions of the pieces, in their order; at the end of the block, no process goes on."""
    if jobs == 1:
        yield map(_solve, pieces)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool.map(_solve, pieces)
    finally:
        pool.shutdown(cancel_futures=True)


def _solve(posets: PosetList) -> np.ndarray:
    return solve_many(posets.below())


def _load(checkpoint, posets: PosetList) -> np.ndarray:
    """The table of shape (number of posets, 5), unknown rows marked, from a checkpoint if there is one."""
    if checkpoint is None or not Path(checkpoint).exists():
        return np.full((len(posets), 5), _UNKNOWN, np.int8)
    try:
        with np.load(checkpoint, allow_pickle=False) as saved:
            keys, table = saved["keys"], saved["table"]
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(
            f"{checkpoint} is no checkpoint of a census: delete it or name another file"
        ) from error
    if not np.array_equal(keys, posets.keys):
        raise ValueError(f"{checkpoint} is of another census than n = {posets.n}: name another file")
    return table


def _save(checkpoint, posets: PosetList, table: np.ndarray) -> None:
    """Write the file in one step, so that an interruption leaves the old one or the new one."""
    if checkpoint is not None:
        unfinished = Path(f"{checkpoint}.part")
        with unfinished.open("wb") as file:
            np.savez_compressed(file, keys=posets.keys, table=table)
        os.replace(unfinished, checkpoint)
