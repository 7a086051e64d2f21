"""The contract of everything that can be verified, and how files of certificates are read.

A certificate holds what a proof needs. Its `verify()` proves the theorem anew from these fields alone and
returns a `Verified`, whose text is the theorem, or raises CertificateError; `save(path)` writes it to a file;
`load(path)` reads one and proves nothing; `shipped(n)` loads one that is part of this package.
`python -m mathlib.verify FILE ...` verifies files of every kind.

A file may come from anybody and a certificate may have been put together by hand. Here everything that is no
certificate ends as an error that names what is wrong in one short line, after little work. Only the standard
library is used, because the checkers stand on it.
"""

import json
import os
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

from mathlib.checks import check_integer, shown
from mathlib.errors import CertificateError

__all__ = ["Certificate", "Verified"]

#: The name of a file.
FileName: TypeAlias = str | os.PathLike[str]

#: In bytes. The largest file that ships has 61 kB; embeddings of large posets have some megabytes.
_LARGEST_FILE = 2**25


@dataclass(frozen=True, repr=False)
class Verified:
    """What a verification has proved, and how. Two are equal if their theorems are.

    Attributes
    ----------
    theorem : str
        In one sentence; also the text that `str` gives.
    bound : number or pair of numbers
        The number in the theorem, or the lower and the upper one.
    checks : mapping of str to str
        Each condition of the theorem that was checked, and how that went.
    by : str
        What kind of arithmetic decided: "exact", "ball arithmetic", "doubles with error bounds", ...
    seconds : float
        The time it took.
    assumes : tuple of str
        The theorems from the literature on which this one rests beyond its own proof; () where there is none.

    Examples
    --------
    >>> Verified("1 < 2.", 1, {"the difference": "is 1"}, "exact", 0.0)
    Verified('1 < 2.', 1 condition, exact, 0.0 s)
    """

    theorem: str
    bound: Any
    checks: Mapping[str, str] = field(compare=False)
    by: str = field(compare=False)
    seconds: float = field(compare=False)
    assumes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.theorem

    def __repr__(self) -> str:
        count = len(self.checks)
        conditions = "1 condition" if count == 1 else f"{count} conditions"
        return f"Verified({self.theorem!r}, {conditions}, {self.by}, {self.seconds:.1f} s)"


class Certificate:
    """What every kind of certificate can do; `from_dict`, `to_dict` and `verify` are its own.

    Examples
    --------
    >>> from mathlib.packing import TwoPointCertificate
    >>> certificate = TwoPointCertificate.shipped(2)
    >>> print(certificate.verify())
    No packing of equal balls in R^2 has density above 0.906899682161933.
    """

    #: What the field "kind" of its files says.
    kind: ClassVar[str]
    #: Where files named nNN.json ship with the package, if they do.
    folder: ClassVar[Path | None] = None
    #: The number in the theorem.
    bound: Any

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values; docs/certificates.md describes them."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Make a certificate of what `to_dict` has written.

        Parameters
        ----------
        data : dict
            JSON values, as docs/certificates.md describes them.

        Returns
        -------
        Certificate

        Raises
        ------
        CertificateError
            If they are no such certificate; it names the field that is damaged.
        """
        raise NotImplementedError

    def verify(self) -> Verified:
        """Prove the theorem anew from the fields alone; CertificateError names what does not hold."""
        raise NotImplementedError

    def _verified(self, check: Callable[[dict], str], conditions: Mapping[str, str], by: str) -> Verified:
        """What a checker of files says of this certificate, which it sees as the content of one."""
        started = time.perf_counter()
        theorem = check(self.to_dict())
        return Verified(theorem, self.bound, conditions, by, time.perf_counter() - started)

    def save(self, path: FileName) -> None:
        """Write the certificate to a JSON file.

        Parameters
        ----------
        path : str or path
            A file that is there already is overwritten.
        """
        _file(path).write_text(json.dumps(self.to_dict(), indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: FileName) -> Self:
        """Read a certificate and verify nothing.

        Parameters
        ----------
        path : str or path
            A file that `save` has written.

        Returns
        -------
        Certificate

        Raises
        ------
        CertificateError
            If the file holds no such certificate; it names the field that is damaged.
        """
        with naming(path):
            return cls.from_dict(read_json(path))

    @classmethod
    def shipped_path(cls, n: int) -> Path:
        """Find the file of the certificate that ships for n.

        Parameters
        ----------
        n : int
            Most often the dimension.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ValueError
            If none ships for n; it says for which n one does.
        """
        files = {int(path.stem[1:]): path for path in cls.folder.glob("n*.json")} if cls.folder else {}
        if not files:
            raise ValueError(f"no certificate of kind {cls.kind!r} ships with this package.")
        return files[check_integer("n", n, min(files), max(files), "for which certificates ship")]

    @classmethod
    def shipped(cls, n: int) -> Self:
        """Load the certificate that ships for n, and verify nothing.

        Parameters
        ----------
        n : int
            Most often the dimension.

        Returns
        -------
        Certificate

        Raises
        ------
        ValueError
            If none ships for n; it says for which n one does.
        """
        return cls.load(cls.shipped_path(n))


# Files


def read_json(path: FileName) -> Any:
    """Return the content of a JSON file; raise CertificateError for anything else, without waiting for it.

    Pipes and devices are refused before they are opened, because reading them may never end.
    """
    path = _file(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise CertificateError("cannot be read: not a regular file")
        with open(path, "rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(f"cannot be read: {error.strerror}") from None
    except CertificateError:
        raise
    except ValueError:
        raise CertificateError("cannot be read: no file can have this name") from None
    if len(content) > _LARGEST_FILE:
        raise CertificateError(f"longer than {_LARGEST_FILE} bytes, and no certificate is that long")
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_without_repetition)
    except ValueError as error:
        raise CertificateError(f"not a JSON file: {error}") from None
    except RecursionError:
        raise CertificateError("not a JSON file: nested too deeply") from None


def _file(path: FileName) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be the name of a file; got {shown(path)}.")
    return Path(path)


def _without_repetition(pairs) -> dict:
    """A JSON object; one that gives a field twice would mean different things to different readers."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is given twice")
    return found


@contextmanager
def naming(path):
    """Put the name of the file in front of the text of a CertificateError."""
    try:
        yield
    except CertificateError as error:
        raise CertificateError(f"{printable(path)}: {error}") from None


def printable(path) -> str:
    r"""The name of a file in one line of text, without characters that would steer a terminal.

    >>> printable("two\nlines.json")
    'two\\nlines.json'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))
