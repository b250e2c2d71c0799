"""Random layers that both Keras and PyTorch have: the type, its arguments and the shapes of its inputs, by family."""

from __future__ import annotations


def picture(dice, rank, channels):
    return ("B", *(dice.randint(5, 11 - 2 * rank + 2) for _ in range(rank)), channels)


def each_axis(dice, rank, most):
    return tuple(dice.randint(1, most) for _ in range(rank))


def window(dice, rank, same_stride=False):
    """Arguments of a window, with strides or with a dilation."""
    found = {"kernel_size": each_axis(dice, rank, 3), "padding": dice.choice(["valid", "same"])}
    found["use_bias"] = dice.random() < 0.5
    kind = dice.choice(["plain", "strides", "dilation"])
    if kind == "strides":
        found["strides"] = dice.randint(2, 3) if same_stride else each_axis(dice, rank, 3)
    if kind == "dilation":
        found["dilation_rate"] = each_axis(dice, rank, 2)
    return found


def convolution(dice):
    rank, groups = dice.randint(1, 3), dice.choice([1, 1, 2, 3])
    arguments = window(dice, rank) | {"groups": groups, "filters": groups * dice.randint(1, 3)}
    return f"Conv{rank}D", arguments, (picture(dice, rank, groups * dice.randint(1, 3)),)


def transposed(dice):
    rank = dice.randint(1, 3)
    arguments = window(dice, rank) | {"filters": dice.randint(1, 4), "strides": each_axis(dice, rank, 3)}
    arguments["dilation_rate"] = 1
    if dice.random() < 0.5:
        strides = dice.randint(2, 3)
        arguments |= {"strides": strides, "output_padding": dice.randint(1, strides - 1)}
    return f"Conv{rank}DTranspose", arguments, (picture(dice, rank, dice.randint(1, 4)),)


def depthwise(dice):
    rank = dice.randint(1, 2)
    arguments = window(dice, rank, same_stride=True) | {"depth_multiplier": dice.randint(1, 3)}
    return f"DepthwiseConv{rank}D", arguments, (picture(dice, rank, dice.randint(1, 5)),)


def separable(dice):
    name, arguments, shapes = depthwise(dice)
    return name.replace("Depthwise", "Separable"), arguments | {"filters": dice.randint(1, 5)}, shapes


def dense(dice):
    shape = ("B", *each_axis(dice, dice.randint(1, 4), 5))
    return "Dense", {"units": dice.randint(1, 6), "use_bias": dice.random() < 0.5}, (shape,)


def matmul(dice):
    """With axes of one number in front, which are repeated."""
    rows, summed, columns = each_axis(dice, 3, 5)
    before = each_axis(dice, dice.randint(0, 2), 3)
    one, other = ([dice.choice([size, 1]) for size in before] for _ in range(2))
    return "ops.matmul", {}, (("B", *one, rows, summed), ("B", *other, summed, columns))


def dot(dice):
    summed = dice.randint(1, 5)
    shapes, axes = [], []
    for _ in range(2):
        sizes = list(each_axis(dice, dice.randint(0, 2), 4))
        place = dice.randint(0, len(sizes))
        shapes.append(("B", *sizes[:place], summed, *sizes[place:]))
        axes.append(place + 1)
    return "Dot", {"axes": tuple(axes), "normalize": dice.random() < 0.3}, tuple(shapes)


def einsum(dice):
    """Letters of both, of one each, and summed ones, in any order."""
    sizes = dict(zip("hijkml", (*each_axis(dice, 5, 4), dice.randint(2, 4))))
    shared, one, other = "h" * dice.randint(0, 1), "ij"[: dice.randint(0, 2)], "k" * dice.randint(0, 1)
    summed = "lm"[: dice.randint(1, 2)]

    def mixed(letters):
        return "b" + "".join(dice.sample(letters, len(letters)))

    terms = mixed(shared + one + summed), mixed(shared + other + summed)
    shapes = tuple(tuple("B" if letter == "b" else sizes[letter] for letter in term) for term in terms)
    return "ops.einsum", {"subscripts": f"{terms[0]},{terms[1]}->{mixed(shared + one + other)}"}, shapes


def einsum_dense(dice):
    kept, summed, made = ("hi"[: dice.randint(0, 2)], "lm"[: dice.randint(1, 2)], "jk"[: dice.randint(1, 2)])
    sizes = dict(zip("himjkl", (*each_axis(dice, 5, 4), dice.randint(2, 4))))
    equation = f"b{kept}{summed},{summed}{made}->b{kept}{made}"
    arguments = {"equation": equation, "output_shape": tuple(sizes[letter] for letter in kept + made)}
    return "EinsumDense", arguments, (("B", *(sizes[letter] for letter in kept + summed)),)


WITH_PRODUCTS = (convolution, transposed, depthwise, separable, dense, matmul, dot, einsum, einsum_dense)
"""Those whose work is multiply-adds."""


def pooling(dice):
    rank, size = dice.randint(1, 3), dice.randint(1, 3)
    arguments = {"pool_size": size, "strides": dice.choice([None, 1, 2, 3]), "padding": dice.choice(["valid", "same"])}
    return f"{dice.choice(['Max', 'Average'])}Pooling{rank}D", arguments, (picture(dice, rank, dice.randint(1, 4)),)


def adaptive(dice):
    rank = dice.randint(1, 3)
    shape = picture(dice, rank, dice.randint(1, 4))
    sizes = tuple(dice.randint(1, size) for size in shape[1:-1])
    return f"Adaptive{dice.choice(['Max', 'Average'])}Pooling{rank}D", {"output_size": sizes}, (shape,)


def whole(dice):
    rank = dice.randint(1, 3)
    return f"Global{dice.choice(['Max', 'Average'])}Pooling{rank}D", {}, (picture(dice, rank, dice.randint(1, 4)),)


def upsampling(dice):
    rank = dice.randint(1, 3)
    size = dice.randint(1, 3) if rank == 1 else each_axis(dice, rank, 3)
    return f"UpSampling{rank}D", {"size": size}, (picture(dice, rank, dice.randint(1, 4)),)


def normalization(dice):
    name, groups = dice.choice(["Batch", "Layer", "Group"]), dice.randint(1, 3)
    shape = ("B", *each_axis(dice, dice.randint(0, 3), 5), groups * dice.randint(1, 3))
    arguments = {"scale": dice.random() < 0.6, "center": dice.random() < 0.6}
    if name == "Layer":
        arguments["axis"] = tuple(dice.sample(range(1, len(shape)), dice.randint(1, len(shape) - 1)))
    return f"{name}Normalization", arguments | ({"groups": groups} if name == "Group" else {}), (shape,)


def recurrent(dice):
    name = dice.choice(["SimpleRNN", "GRU", "LSTM"])
    arguments = {
        "units": dice.randint(1, 5),
        "use_bias": dice.random() < 0.5,
        "return_sequences": dice.random() < 0.5,
    }
    shape = ("B", dice.randint(1, 6), dice.randint(1, 5))
    if dice.random() < 0.4:
        merged = dice.choice(["concat", "sum", "mul", "ave"])
        return "Bidirectional", {"layer": {name: arguments}, "merge_mode": merged}, (shape,)
    return name, arguments, (shape,)


def attention(dice):
    arguments = {"use_bias": dice.random() < 0.5, "use_gate": dice.random() < 0.5}
    steps = dice.randint(1, 5), dice.randint(1, 5)
    shapes = [("B", steps[place], dice.randint(1, 6)) for place in (0, 1, 1)[: dice.randint(2, 3)]]
    if dice.random() < 0.5:
        heads = dice.randint(1, 3)
        arguments |= {"num_query_heads": heads * dice.randint(1, 2), "num_key_value_heads": heads}
        shapes[1] = (*shapes[1][:2], shapes[0][2])
        return "GroupQueryAttention", arguments | {"head_dim": dice.randint(1, 4)}, tuple(shapes)
    arguments |= {"num_heads": dice.randint(1, 3), "key_dim": dice.randint(1, 4)}
    return "MultiHeadAttention", arguments | {"value_dim": dice.choice([None, 2, 5])}, tuple(shapes)


FAMILIES = (*WITH_PRODUCTS, pooling, adaptive, whole, upsampling, normalization, recurrent, attention)
