"""What attention layers of several heads have in common: projections, what is seen, kept and computed."""

from __future__ import annotations

from lamella.algebra import number
from lamella.design import Shape, Size
from lamella.layers.attention import up_to_own
from lamella.layers.base import AxisMap, Engine, Kept, Weight, product
from lamella.window import IDENTITY, Map, Window

Projections = list[tuple[tuple[int, ...], tuple[int, ...]]]
"""For each projection the axes that it sums over and those that it makes."""


def projected(projections: Projections, use_bias: bool) -> tuple[Weight, ...]:
    """The weights of the projections in Keras' order.

    They learn whatever the layer's `trainable` says: Keras makes a layer for each and hands it on to none of them.
    """
    gate = ["gate"] if len(projections) > 4 else []
    found = []
    for name, (summed, made) in zip(["query", "key", *gate, "value", "output"], projections, strict=True):
        found.append(Weight(f"{name}/kernel", (*summed, *made)))
        found += [Weight(f"{name}/bias", made)] if use_bias else []
    return tuple(found)


def attended_views(
    inputs: tuple[Shape, ...], beside: tuple[int, ...] | list[int], window: int | None, causal: bool
) -> tuple[AxisMap, ...]:
    """A position sees its own query, and every key and value along the attended axes, or those in its window."""
    query, value = inputs[0], inputs[1]
    gathered: dict[int, tuple[int, Map | None]] = {axis: (axis, IDENTITY) for axis in beside}
    if causal and (len(query) > 3 or window is None):
        # Over pictures Keras lays the mask along axis 1 whatever is attended: what it leaves is not followed.
        along = [axis for axis in range(1, len(query) - 1) if axis not in beside]
        gathered |= {axis: (axis, up_to_own(value[1]) if len(query) == 3 else None) for axis in along}
    elif window is not None:
        # Where there are more queries than keys, one without a key in its window sees them all.
        near = (
            Window(window if causal else 2 * window - 1, before=window - 1)
            if query[1] == value[1] is not None
            else None
        )
        gathered[1] = (1, near)
    own = {axis: (axis, IDENTITY) for axis in range(1, len(query) - 1)}
    return (own, *[gathered] * (len(inputs) - 1))


def kept_by_heads(
    shapes: tuple[Shape, Shape],
    heads: int,
    sizes: tuple[int, int],
    scores: Size,
    dropout: bool,
    gate: bool,
    engine: Engine,
) -> Kept:
    """Query, key, value, the weights after the softmax and what they gather; with a gate it and the product too.

    TensorFlow computes the square that the softmax's gradient needs at once: the weights twice. PyTorch's fused
    attention keeps no weights, unless they are dropped out, and computes them again.
    """
    asked, held = (number(product(shape[1:-1])) or 0 for shape in shapes)
    key_dim, value_dim = sizes
    weights = 0 if engine == "torch" and not dropout else number(scores) or 0
    inner = heads * (asked * key_dim + held * (key_dim + value_dim) + asked * value_dim) + 2 * weights
    inner += weights if dropout else 0
    inner += 2 * heads * asked * value_dim if gate else 0
    return Kept(inputs=True, inner=inner, mask=weights if dropout else 0)


def head_formulas(key_dim: int, bias: bool, gate: bool, window: int | None, shared: str) -> tuple[str, ...]:
    """t: a position of the query, s: one of the value, h: a head, `shared`: the head of its key and value."""

    def projection(name: str, head: str, source: str, at: str, letter: str) -> str:
        added = f"b_{name}[{head}, {letter}] + " if bias else ""
        return f"{name}[{at}, {head}, {letter}] = {added}Σ {source}[{at}, c] · w_{name}[c, {head}, {letter}]"

    near = f", |t − s| < {window}" if window is not None else ""
    added = "b_y[f] + " if bias else ""
    gated = "g[t, h, e] · " if gate else ""
    gates = "g[t, h, e] = sigmoid(" + projection("g", "h", "query", "t", "e").split(" = ", 1)[1] + ")"
    return (
        projection("q", "h", "query", "t", "d"),
        projection("k", "j", "key", "s", "d"),
        projection("v", "j", "value", "s", "e"),
        *([gates] if gate else []),
        f"a[h, t, s] = softmax_s(Σ q[t, h, d] · k[s, {shared}, d] / √{key_dim}){near}",
        f"y[t, f] = {added}Σ {gated}(Σ a[h, t, s] · v[s, {shared}, e]) · w_y[h, e, f]",
    )
