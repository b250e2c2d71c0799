"""Attention, tables and einsum."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lamella.design import Shape
from planning.drawn.parts import ACTIVATION, chance

SMALL = st.integers(1, 4)


@st.composite
def heads(draw: DrawFn, shape: Shape) -> dict[str, object]:
    """Arguments of a MultiHeadAttention, whose axes mostly lie between the batch and the features."""
    found: dict[str, object] = {"num_heads": draw(SMALL), "key_dim": draw(SMALL)}
    optional = {
        "value_dim": SMALL,
        "use_bias": st.booleans(),
        "use_gate": st.booleans(),
        "output_shape": st.one_of(SMALL, st.lists(SMALL, min_size=1, max_size=2)),
    }
    found |= draw(st.fixed_dictionaries({}, optional=optional))
    if draw(chance(40)):
        axes = st.integers(1, max(len(shape) - 2, 1))
        found["attention_axes"] = draw(st.one_of(axes, st.lists(axes, min_size=1, max_size=2, unique=True)))
        if draw(chance(8)):
            found["attention_axes"] = draw(st.integers(-len(shape), len(shape)))
    if draw(chance(15)):
        found["sliding_window"] = draw(SMALL)
    return found


@st.composite
def grouped(draw: DrawFn) -> dict[str, object]:
    """Arguments of a GroupQueryAttention, whose key heads mostly divide the query heads."""
    shared = draw(SMALL)
    many = shared * draw(SMALL) if draw(chance(90)) else draw(SMALL)
    found = {"head_dim": draw(SMALL), "num_query_heads": many, "num_key_value_heads": shared}
    optional = {"use_bias": st.booleans(), "use_gate": st.booleans()}
    return found | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def einsum(draw: DrawFn, shape: Shape) -> dict[str, object]:
    """An equation that mostly fits: some of the input's letters stay, some are summed over, new ones come."""
    dots = draw(st.sampled_from(["", "left", "right"]))
    most = len(shape) - (1 if dots == "left" else 0)
    count = draw(st.integers(1 if dots == "left" else 2, max(most, 2))) if dots else len(shape)
    letters = "abcdefgh"[:count]
    at = dict(zip(letters, shape[-count:] if dots == "left" else shape, strict=False))
    batch = "" if dots == "left" and count < len(shape) else letters[0]
    summed = "".join(each for each in letters if each != batch and draw(chance(40)))
    kept = "".join(each for each in letters if each not in summed and each != batch)
    made = "xyz"[: draw(st.integers(0 if kept else 1, 2))]
    weighted = "".join(each for each in kept if draw(chance(15)))
    output = "".join(draw(st.permutations(kept + made)))
    kernel = "".join(draw(st.permutations(summed + made + weighted))) or output[:1]
    sizes: list[int | None] = []
    for letter in output:
        size = at.get(letter, draw(SMALL))
        known = isinstance(size, int) and (letter in kernel or draw(chance(50)))
        sizes.append(size if known else None if letter not in kernel and draw(chance(97)) else draw(SMALL))
    found: dict[str, object] = {"output_shape": sizes[: None if draw(chance(97)) else -1]}
    left, right = "..." * (dots == "left"), "..." * (dots == "right")
    found["equation"] = f"{left}{letters}{right},{kernel}->{left}{batch}{output}{right}"
    if draw(chance(50)):
        fixed = [letter for letter, size in zip(output, sizes, strict=True) if size is not None]
        pool = fixed if fixed and draw(chance(95)) else list(output or "q")
        found["bias_axes"] = "".join(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=2, unique=True)))
    if draw(chance(30)):
        found["activation"] = draw(ACTIVATION)
    return found


TABLE = {"input_dim": st.integers(1, 9), "output_dim": SMALL}
"""Masks are not drawn: they change no size, and Keras fails over some layers that they reach."""

ARGUMENTS = {
    "MultiHeadAttention": lambda shape, data_format: heads(shape),
    "GroupQueryAttention": lambda shape, data_format: grouped(),
    "Attention": lambda shape, data_format: st.fixed_dictionaries(
        {}, optional={"use_scale": st.booleans(), "score_mode": st.sampled_from(["dot", "concat"])}
    ),
    "AdditiveAttention": lambda shape, data_format: st.fixed_dictionaries({}, optional={"use_scale": st.booleans()}),
    "Embedding": lambda shape, data_format: st.fixed_dictionaries(TABLE),
    "ReversibleEmbedding": lambda shape, data_format: st.fixed_dictionaries(
        TABLE, optional={"tie_weights": st.booleans()}
    ),
    "EinsumDense": lambda shape, data_format: einsum(shape),
}
