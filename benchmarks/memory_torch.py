"""A design as a PyTorch module in PyTorch's own style: channels first, one functional call for each layer."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812  (PyTorch's habit)

from lamella.planning.plan import Plan, Row
from lamella.window import same_padding


class Network(torch.nn.Module):
    """Runs the nodes of a plan in order; what no later node reads is let go of, as local variables are."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.rows = plan.rows
        self.shapes = {row.node.name: row.output_shape for row in plan.rows}
        self.result = next(iter(plan.design.outputs.values()))
        self.last = {name: row.node.name for row in plan.rows for name in row.node.inputs}
        self.arrays = torch.nn.ParameterDict()
        self.states: dict[str, torch.Tensor] = {}
        for row in plan.rows:
            for weight in row.weights or ():
                array = torch.randn(_own_shape(row, weight.name, weight.shape)) * 0.05
                key = f"{row.node.name}/{weight.name}"
                if weight.trainable:
                    self.arrays[key] = torch.nn.Parameter(array)
                else:
                    self.states[key] = array.abs()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        live: dict[str, torch.Tensor] = {}
        for row in self.rows:
            given = [live[name] for name in row.node.inputs]
            for name in row.node.inputs:
                if self.last[name] == row.node.name and name != self.result:
                    live.pop(name, None)
            live[row.node.name] = self._run(row, given) if given else image
            del given
        return live[self.result]

    def _run(self, row: Row, given: list[torch.Tensor]) -> torch.Tensor:
        layer: Any = row.layer
        start = f"{row.node.name}/"
        mine = {
            name.removeprefix(start): each
            for name, each in (*self.arrays.items(), *self.states.items())
            if name.startswith(start)
        }
        match layer.type:
            case "Conv2D":
                sizes = self.shapes[row.node.inputs[0]][1:3]
                pads = [
                    same_padding(n, (k - 1) * d + 1, s) if layer.padding == "same" else (0, 0)
                    for n, k, s, d in zip(sizes, layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
                ]
                x = given.pop()
                even = all(before == after for before, after in pads)
                if not even:
                    x = F.pad(x, (*pads[1], *pads[0]))
                padding = tuple(before for before, _ in pads) if even else 0
                y = F.conv2d(
                    x, mine["kernel"], mine.get("bias"), layer.strides, padding, layer.dilation_rate, layer.groups
                )
                del x
                return _activation(layer.activation, y)
            case "DepthwiseConv2D":
                sizes = self.shapes[row.node.inputs[0]][1:3]
                pads = [
                    same_padding(n, k, s) if layer.padding == "same" else (0, 0)
                    for n, k, s in zip(sizes, layer.kernel_size, layer.strides, strict=True)
                ]
                x = given.pop()
                even = all(before == after for before, after in pads)
                if not even:
                    x = F.pad(x, (*pads[1], *pads[0]))
                padding = tuple(before for before, _ in pads) if even else 0
                channels = x.shape[1]
                y = F.conv2d(x, mine["kernel"], mine.get("bias"), layer.strides, padding, groups=channels)
                del x
                return _activation(layer.activation, y)
            case "LayerNormalization":
                x = given.pop()
                if x.dim() == 4:  # over the channels, which PyTorch has at the end only for this
                    x = x.permute(0, 2, 3, 1)
                    return F.layer_norm(x, x.shape[-1:], mine["gamma"], mine["beta"], 1e-3).permute(0, 3, 1, 2)
                return F.layer_norm(x, x.shape[-1:], mine["gamma"], mine["beta"], 1e-3)
            case "MultiHeadAttention":
                x = given[0]
                del given
                return self._attention(layer, mine, x)
            case "Reshape":
                x = given.pop()
                if x.dim() == 2:
                    return x[:, :, None, None]
                return x.flatten(2).transpose(1, 2)  # (B, C, H, W) as a sequence of places
            case "Conv2DTranspose":
                x = given.pop()
                cut = [
                    layer.kernel_size[i] - 1 if layer.padding == "same" and layer.strides[i] == 1 else 0 for i in (0, 1)
                ]
                y = F.conv_transpose2d(
                    x, mine["kernel"], mine.get("bias"), layer.strides, tuple(each // 2 for each in cut)
                )
                del x
                return _activation(layer.activation, y)
            case "Dense":
                x = given.pop()
                if x.dim() == 4:
                    y = F.linear(x.permute(0, 2, 3, 1), mine["kernel"], mine.get("bias")).permute(0, 3, 1, 2)
                else:
                    y = F.linear(x, mine["kernel"], mine.get("bias"))
                del x
                return _activation(layer.activation, y)
            case "Activation":
                return _activation(layer.activation, given.pop())
            case "ReLU":
                return F.relu6(given.pop()) if layer.max_value == 6 else F.relu(given.pop())
            case "Dropout":
                return F.dropout(given.pop(), layer.rate)
            case "BatchNormalization":
                return F.batch_norm(
                    given.pop(), mine["moving_mean"], mine["moving_variance"], mine["gamma"], mine["beta"], True
                )
            case "MaxPooling2D":
                sizes, window = self.shapes[row.node.inputs[0]][1:3], layer.pool_size
                pads = [
                    same_padding(n, k, s) if layer.padding == "same" else (0, 0)
                    for n, k, s in zip(sizes, window, layer.steps, strict=True)
                ]
                return F.max_pool2d(given.pop(), window, layer.steps, tuple(before for before, _ in pads))
            case "AveragePooling2D":
                return F.avg_pool2d(given.pop(), layer.pool_size, layer.steps)
            case "GlobalAveragePooling2D":
                return given.pop().mean((2, 3))
            case "UpSampling2D":
                return F.interpolate(given.pop(), scale_factor=layer.size, mode=layer.interpolation)
            case "Flatten":
                return given.pop().flatten(1)
            case "Add":
                return given[0] + given[1]
            case "Multiply":
                return given[0] * given[1]
            case "Concatenate":
                return torch.cat(given, 1)
        raise NotImplementedError(layer.type)

    def _attention(self, layer: Any, mine: Any, x: torch.Tensor) -> torch.Tensor:
        """Query, key and value in one product, as torch.nn.MultiheadAttention does, and the fused attention."""
        batch, places, _ = x.shape
        parts = [mine[f"{name}/kernel"].reshape(x.shape[2], -1).t() for name in ("query", "key", "value")]
        biases = [mine[f"{name}/bias"].reshape(-1) for name in ("query", "key", "value")]
        q, k, v = (
            F.linear(x, part, bias).view(batch, places, layer.num_heads, -1).transpose(1, 2)
            for part, bias in zip(parts, biases, strict=True)
        )
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, places, -1)
        out = mine["output/kernel"]
        return F.linear(y, out.reshape(-1, out.shape[-1]).t(), mine["output/bias"])


def _activation(name: str | None, y: torch.Tensor) -> torch.Tensor:
    if name in (None, "linear"):
        return y
    if name == "softmax":
        return F.softmax(y, -1)
    if name == "sigmoid":
        return torch.sigmoid(y)
    if name == "tanh":
        return torch.tanh(y)
    return getattr(F, name)(y)


def _own_shape(row: Row, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Keras' kernel (height, width, in, out) in PyTorch's order; Dense (in, out) as (out, in)."""
    if name != "kernel":
        return shape
    if row.node.type == "DepthwiseConv2D":
        return (shape[2] * shape[3], 1, *shape[:2])
    return (*reversed(shape[-2:]), *shape[:-2])
