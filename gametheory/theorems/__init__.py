"""The theorem catalogue: statements said once, proved by machine, with the false ones nearby.

>>> print(verify("lase-interior-cooperation"))  # doctest: +ELLIPSIS
lase-interior-cooperation: proved, ...
"""

from gametheory.theorems.catalogue import catalogue, find, verify
from gametheory.theorems.controls import controls_refuted
from gametheory.theorems.smt import Verdict, prove
from gametheory.theorems.statement import Certificate, Claim, Evidence, Neighbour, Report, Statement

__all__ = [
    "Certificate",
    "Claim",
    "Evidence",
    "Neighbour",
    "Report",
    "Statement",
    "Verdict",
    "catalogue",
    "controls_refuted",
    "find",
    "prove",
    "verify",
]
