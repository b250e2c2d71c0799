"""Tries the walk of planning/liveness.py on a network: python benchmarks/walk.py."""
import sys
from math import prod
from memory_networks import NETWORKS
from lamella.design import origin
from lamella.layers.base import elements
from lamella.planning.liveness import Step, Setting, Walk, peak
from lamella.planning.pool import held
from lamella.window import IDENTITY
def steps_of(p, engine):
    rows=p.by_name; out=[]
    for r in p.rows:
        ins=tuple(rows[n].output_shape for n in r.node.inputs)
        k=r.layer.kept_by(engine,ins,r.output_shape)
        el=bool(ins) and not r.layer.work(ins,r.output_shape) and all(len(i)==len(r.output_shape) and all(v.get(a)==(a,IDENTITY) for a in range(1,len(i))) for v,i in zip(r.layer.views(ins,r.output_shape),ins)) and not r.layer.scatters
        w=tuple(prod(x.shape) for x in r.weights); t=tuple(prod(x.shape) for x in r.weights if x.trainable)
        hand=r.node.type=="Add" or (engine=="torch" and r.node.type=="Concatenate")
        out.append(Step(r.node.name,r.node.inputs,{r.node.name:elements(r.output_shape)},k,el,hand,r.layer.aliases,not ins,w,t,r.node.name))
    return out
def planned(name,batch,engine):
    p=NETWORKS[name][0]().plan(batch=batch)
    st=Setting(engine,batch,4,4,2,1 if engine=="tensorflow" else 2)
    s=steps_of(p,engine); outs=list(p.design.outputs.values())
    tr=Walk(s,outs,st,True).run(); inf=Walk(s,outs,st,False).run()
    t=peak(tr)
    return sum(t.values())/1e6, {k:round(v/1e6,1) for k,v in t.items()}, held(tr,4)/1e6, sum(peak(inf).values())/1e6, p.memory.training_peak_bytes/1e6
if __name__=="__main__":
    for name,batch in (("upsampling",512),("transposed",2048),("lenet",128),("mlp",256),("vgg",256),("vgg",128),("resnet",64),("densenet",64),("unet",16),("gelu",64)):
        for e in ("tensorflow","torch"):
            t,parts,h,i,old=planned(name,batch,e)
            print(f"{name:11}{batch:5} {e:10} walk {t:7.1f} pool {h:7.1f} inference {i:7.1f} old {old:7.1f} {parts}")
