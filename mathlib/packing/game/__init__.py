"""The SDP game: search for the formulation of a three-point bound that gives the best value for its price.

| module | what it holds |
|---|---|
| `play` | `SDPGame` and its budget |
| `history` | what a game leaves |
| `space` | the formulations and the moves between them |
| `evaluation` | one formulation solved, and the cache of results |
| `agents`, `tree` | random, coordinate, Bayesian and tree search |
| `surrogate` | the Gaussian process that the last two learn |
| `comparison`, `duel` | agents against each other over paired seeds |
| `scan` | what each choice of a formulation is worth |
"""
