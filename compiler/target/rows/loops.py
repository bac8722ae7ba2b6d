"""Rows of scans, which the printer writes as loops and `differentiate` runs backwards."""

from collections.abc import Mapping

from ..op import Op, Spelling

# No template: see `printer.loop`.
_LOOP = Spelling("")

LOOPS: Mapping[str, Op] = {
    "step": Op(_LOOP),  # a placeholder in the program of a step
    "scan": Op(_LOOP),  # all members together …
    "scan_member": Op(_LOOP),  # … and one of them
    "scan_back": Op(_LOOP, opaque=True),  # all adjoints of a scan's operands together …
    "scan_part": Op(_LOOP, opaque=True),  # … and one of them
}
