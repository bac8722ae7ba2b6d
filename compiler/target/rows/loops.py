"""Rows of scans, which the printer writes as loops and `differentiate` runs backwards."""

from collections.abc import Mapping

from ..op import Level, Op, Spelling, call
from .text import ATOM

# No template: see `printer.loop`.
_LOOP = Spelling("")

LOOPS: Mapping[str, Op] = {
    "step": Op(_LOOP),  # a placeholder in the program of a step
    "scan": Op(_LOOP),  # all members together …
    "scan_member": Op(_LOOP),  # … and one of them
    "scan_back": Op(_LOOP, opaque=True),  # all adjoints of a scan's operands together …
    "scan_part": Op(_LOOP, opaque=True),  # … and one of them
    # sums over all paths of a chain, with all that was found on the way …
    "paths": Op(call("chains.sum_paths", "{0}", "{1}", "{2}")),
    "paths_sum": Op(Spelling("{0}[0]", Level.ATOM, ATOM)),  # … and the sum alone
    "paths_back": Op(call("chains.sum_paths_back", "{0}", "{1}", "{2}", "{3}", "{4}"), opaque=True),
    "paths_part": Op(
        Spelling(lambda v, size: f"{{0}}[{v.attrs[0]}]", Level.ATOM, ATOM), opaque=True
    ),
}
