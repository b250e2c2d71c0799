"""Inputs of a fixed number of images: a size like any other to Keras, and no reason to refuse a design."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import keras
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella.algebra import number
from lamella.design import BATCH, INPUT, Design
from lamella.planning.planner import plan
from oracles import keras_graph, planned_weights
from planning.designs import designs

def test_random():
    seen = Counter()
    @settings(max_examples=400, deadline=None)
    @given(designs(most=6), st.sampled_from([1,2,3,4]))
    def run(design, batch):
        nodes = tuple(replace(n, arguments={**n.arguments, "batch_size": batch}) if n.type==INPUT else n for n in design.nodes)
        design = replace(design, nodes=nodes)
        known, found = plan(design), keras_graph(design, lambda *_: False)
        refused = {e.where.layer: e for e in known.errors}
        clean=set()
        open_ = plan(replace(design, nodes=tuple(replace(n, arguments={k:v for k,v in n.arguments.items() if k!="batch_size"}) if n.type==INPUT else n for n in design.nodes)))
        openerr={e.where.layer: e for e in open_.errors}
        for node in design.nodes:
            if not all(x in clean for x in (*node.inputs, *filter(None,[node.shares]))): continue
            if node.name in refused:
                if node.name in found.tensors and node.name not in openerr or (node.name in found.tensors and refused[node.name].key in ("batch meets",)):
                    print("FALSE ERROR", node.type, refused[node.name].key, refused[node.name].text()[:200]); seen["false"]+=1
                continue
            if node.name not in found.tensors:
                if node.name not in found.refused: continue
                print("MISSED", node, found.refused[node.name][:150].replace("\n"," ")); seen["missed"]+=1; continue
            row=known.row(node.name)
            t=found.tensors[node.name]
            ours=tuple(batch if s==BATCH else number(s) for s in row.output_shape)
            if ours != tuple(t.shape):
                print("SHAPE", node, row.output_shape, t.shape, [known.shapes[n] for n in node.inputs]); seen["shape"]+=1
                continue
            clean.add(node.name); seen["ok"]+=1
            if row.whole: seen["whole"]+=1
    run()
    print(seen)
