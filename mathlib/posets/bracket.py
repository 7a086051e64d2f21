"""What is known of one parameter of one poset while it is searched for."""

from dataclasses import dataclass, replace

__all__ = ["Bracket"]


@dataclass(frozen=True)
class Bracket:
    """lower <= the parameter <= upper; `upsets` represent the poset and attain `upper` (None: no such known).

    The other fields are those of `LowerWitness`.
    """

    lower: int
    upper: int
    upsets: tuple | None
    rows: tuple = ()
    antichains: tuple = ()
    element: object = None
    height: int | None = None
    solver: str | None = None
    distinct: tuple = ()

    @property
    def proven(self) -> bool:
        return self.lower == self.upper

    def settled(self, value: int, upsets: tuple, solver: str) -> "Bracket":
        """The exact value, found by a solver whose word counts only if the witness proves less."""
        return replace(
            self, lower=value, upper=value, upsets=upsets, solver=solver if value > self.lower else None
        )

    @property
    def strength(self) -> tuple[int, bool, bool]:
        """To choose among lower bounds: the larger, and of equal ones one by rows, which says most."""
        return self.lower, self.solver is None, bool(self.rows)
