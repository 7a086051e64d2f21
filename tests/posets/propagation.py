"""Whether a proof refutes clauses: by the checker, and by the definition."""

from mathlib.errors import CertificateError
from mathlib.posets.certificates.check_proof import check_proof


def refutes(clauses, proof):
    try:
        check_proof(clauses, proof)
    except CertificateError:
        return False
    return True


def refutes_plainly(clauses, proof):
    """The same by the definition: assign what is forced, clause after clause, until nothing changes."""
    known = [set(clause) for clause in clauses]

    def contradiction(false):
        while True:
            left = [clause - false for clause in known if not any(-literal in false for literal in clause)]
            if not all(left):
                return True
            forced = {-literal for clause in left if len(clause) == 1 for literal in clause}
            if not forced:
                return False
            false = false | forced
            if any(-literal in false for literal in false):
                return True

    for line in proof:
        clause = set(map(int, line.split()[:-1]))
        if contradiction(set()):
            return True
        if not any(-literal in clause for literal in clause) and not contradiction(clause):
            return False
        known.append(clause)
    return contradiction(set())
