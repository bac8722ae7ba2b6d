"""Rows of networks from outside: called as they are, with the derivative that they bring along."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Op, Rule, SizeText, Spelling
from ..value import Value

if TYPE_CHECKING:
    from ..builder import Builder


def _call(v: Value, size: SizeText) -> str:
    operands = ", ".join(f"{{{i}}}" for i in range(1, len(v.inputs)))
    return f"{{0}}({operands}, rank={v.attrs[0]})"


def _back(v: Value, size: SizeText) -> str:
    operands = ", ".join(f"{{{i}}}" for i in range(1, len(v.inputs)))
    return f"{{0}}.back({operands}, rank={v.attrs[0]})"


def _rule(position: int) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, network: Value, *operands: Value) -> Value:
        inputs = (network, b.expand(g, y.shape), *operands)
        back = b.make("network_back", inputs, y.attrs[:1], shape=(), batched=True)
        shape = operands[position - 1].shape
        return b.make("network_part", (back,), (position - 1,), shape=shape, batched=True)

    return rule


NETWORKS: Mapping[str, Op] = {
    "network": Op(Spelling(_call), _rule),
    # the adjoints of all operands together, and one of them
    "network_back": Op(Spelling(_back), opaque=True),
    "network_part": Op(Spelling(lambda v, size: f"{{0}}[{v.attrs[0]}]"), opaque=True),
}
