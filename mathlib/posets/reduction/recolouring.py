"""The compiled search of `improve`: dissolve some colours of a colouring of critical rows, colour them again.

A colouring of the rows r = (low_r, high_r) is held in tables of counts, so that a row is taken out as
easily as it is put in:

  colour[r]       the colour of row r, or -1
  rows_in[c]      how many rows have colour c
  inside[z, c]    rows of colour c with low_r <= z: positive iff z is in the up-set U_c that they generate
  blocked[z, c]   rows of colour c with z <= high_r: positive iff z must stay outside U_c
  load[z]         in how many U_c the element z lies: the size of its set

Row r may get the colour c iff blocked[low_r, c] = 0 = inside[high_r, c].
"""

import numpy as np

from mathlib.compiled import njit

__all__ = ["colour_rows", "put_all", "search"]

#: Of up to so many uncoloured rows the one with the fewest possible colours comes next; of fewer while
#: thousands are uncoloured.
_LARGEST_SAMPLE = 40


@njit
def _random_below(random, limit):
    """A random integer in 0 .. limit - 1 from the state random[0] (splitmix64; Steele, Lea, Flood, 2014)."""
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.int64(z % np.uint64(limit))


@njit
def _put(r, c, sign, order, tables):
    """Give row r the colour c (sign = 1), or take it away again (sign = -1)."""
    leq, _, low, high = order
    colour, rows_in, inside, blocked, load = tables
    colour[r] = c if sign > 0 else -1
    rows_in[c] += sign
    for z in range(len(leq)):
        if leq[low[r], z]:
            load[z] -= inside[z, c] > 0
            inside[z, c] += sign
            load[z] += inside[z, c] > 0
        if leq[z, high[r]]:
            blocked[z, c] += sign


@njit
def put_all(colours, order, tables):
    for r in range(len(colours)):
        _put(r, colours[r], 1, order, tables)


@njit
def _narrowest(free, left, order, tables, random):
    """The place of a row with few possible colours: the one with fewest among a random sample."""
    _, _, low, high = order
    _, rows_in, inside, blocked, _ = tables
    place, fewest = 0, len(rows_in) + 1
    sample = max(1, min(left, _LARGEST_SAMPLE, 40_000 // left))
    start = _random_below(random, left)
    for k in range(start, start + sample):
        k = k % left
        at_low, at_high = blocked[low[free[k]]], inside[high[free[k]]]
        choices = 0
        for c in range(len(rows_in)):
            choices += rows_in[c] > 0 and at_low[c] == 0 and at_high[c] == 0
        if choices < fewest:
            place, fewest = k, choices
    return place


@njit
def _choose_colour(r, target, fresh, order, tables, random):
    """The cheapest possible used colour, ties broken at random; a new one if there is none, or by chance.

    The price is what the colour adds to the load of maximal elements, dear where that would pass `target`.
    """
    _, tops_above, low, high = order
    _, rows_in, inside, blocked, load = tables
    at_low, at_high, tops = blocked[low[r]], inside[high[r]], tops_above[low[r]]
    best, price, ties, unused = -1, 0, 0, -1
    for c in range(len(rows_in)):
        if rows_in[c] == 0:
            unused = c
        elif at_low[c] == 0 and at_high[c] == 0:
            here = 0
            for m in tops:
                if m < 0:
                    break
                if inside[m, c] == 0:
                    here += 1 if load[m] < target - 1 else (30 if load[m] == target - 1 else 900)
            if best < 0 or here < price:
                best, price, ties = c, here, 1
            elif here == price:
                ties += 1
                if _random_below(random, ties) == 0:
                    best = c
    if best < 0 or (price > 0 and unused >= 0 and _random_below(random, 1000) < 1000 * fresh):
        return unused
    return best


@njit
def colour_rows(free, f, target, fresh, order, tables, random):
    """Colour the rows free[:f], the row with the fewest possible colours first; False if colours run out.

    `fresh` is the probability that a row which no used colour takes for nothing gets a new colour.
    """
    for k in range(f - 1, 0, -1):  # a random order, so that neighbours in `free` are a random sample
        other = _random_below(random, k + 1)
        free[k], free[other] = free[other], free[k]
    for left in range(f, 0, -1):
        k = _narrowest(free, left, order, tables, random)
        r = free[k]
        free[k] = free[left - 1]
        free[left - 1] = r
        c = _choose_colour(r, target, fresh, order, tables, random)
        if c < 0:
            return False
        _put(r, c, 1, order, tables)
    return True


@njit
def _worth_of(height_first, order, tables):
    """(height, ground, then): `then` holds the second and the third aim of this round in one number."""
    height, full, ground = 0, 0, 0
    for size in tables[4]:
        if size > height:
            height, full = size, 0
        full += size == height
    for count in tables[1]:
        ground += count > 0
    return height, ground, (full * 100_000 + ground if height_first else ground * 100_000 + full)


@njit
def _mark_colours(marked, height_first, height, order, tables, random):
    """Mark the colours to dissolve: some that meet a fullest maximal element, or a small one; and others."""
    _, rows_in, inside, _, load = tables
    colours = len(rows_in)
    marked[:] = False
    wanted = 1 + _random_below(random, 4)
    if height_first:
        top, ties = -1, 0
        for m in range(len(load)):
            if load[m] == height:
                ties += 1
                if _random_below(random, ties) == 0:
                    top = m
        for _ in range(wanted):
            c = _random_below(random, colours)
            for _ in range(colours):
                if inside[top, c] > 0 and not marked[c]:
                    marked[c] = True
                    break
                c = (c + 1) % colours
    else:
        small = -1
        for _ in range(8):
            c = _random_below(random, colours)
            if rows_in[c] > 0 and (small < 0 or rows_in[c] < rows_in[small]):
                small = c
        if small >= 0:
            marked[small] = True
    for _ in range(wanted):
        c = _random_below(random, colours)
        if rows_in[c] > 0:
            marked[c] = True


@njit
def search(steps, height_first, order, tables, random):
    """Dissolve and recolour `steps` times, keeping what is not worse; returns the best colouring seen."""
    colour, rows_in = tables[0], tables[1]
    rows = len(colour)
    free = np.empty(rows, dtype=np.int64)
    marked = np.zeros(len(rows_in), dtype=np.bool_)
    height, ground, then = _worth_of(height_first, order, tables)
    best, best_worth = colour.copy(), (height, ground)
    old = colour.copy()
    for _ in range(steps):
        _mark_colours(marked, height_first, height, order, tables, random)
        f = 0
        old[:] = colour
        for r in range(rows):
            if marked[colour[r]]:
                free[f] = r
                f += 1
        for k in range(f):
            _put(free[k], colour[free[k]], -1, order, tables)
        fresh = _random_below(random, 4) / 6 if height_first else 0.0
        target = height - _random_below(random, 2)
        done = colour_rows(free, f, target, fresh, order, tables, random)
        new_height, new_ground, new_then = _worth_of(height_first, order, tables)
        if done and (new_height, new_then) <= (height, then):
            height, ground, then = new_height, new_ground, new_then
            if (height, ground) < best_worth:
                best_worth = (height, ground)
                best[:] = colour
        else:
            for k in range(f):
                if colour[free[k]] >= 0:
                    _put(free[k], colour[free[k]], -1, order, tables)
            for k in range(f):
                _put(free[k], old[free[k]], 1, order, tables)
    return best
