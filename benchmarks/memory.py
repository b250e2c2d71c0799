from __future__ import annotations
import sys, json, os
def tensorflow(name, batch, dtype="float32", optimizer="adam"):
    import keras, tensorflow as tf, numpy as np
    from memory_networks import NETWORKS
    if dtype != "float32":
        keras.config.set_dtype_policy(dtype)
    m = NETWORKS[name][0]().build()
    m.compile(optimizer=optimizer, loss="mse")
    x = np.random.rand(batch, *m.input_shape[1:]).astype("float32")
    y = np.random.rand(batch, *m.output_shape[1:]).astype("float32")
    before=tf.config.experimental.get_memory_info('CPU:0')
    out=[]
    for _ in range(4):
        tf.config.experimental.reset_memory_stats('CPU:0')
        m.train_on_batch(x, y)
        out.append(tf.config.experimental.get_memory_info('CPU:0'))
    ds = tf.data.Dataset.from_tensors((x,y)).repeat(6)
    tf.config.experimental.reset_memory_stats('CPU:0')
    m.fit(ds, verbose=0)
    fit=tf.config.experimental.get_memory_info('CPU:0')
    tf.config.experimental.reset_memory_stats('CPU:0')
    m.predict_on_batch(x)
    m.predict_on_batch(x)
    inf=tf.config.experimental.get_memory_info('CPU:0')
    return dict(before=before, steps=out, fit=fit, inference=inf)
def torch(name, batch, dtype="float32", optimizer="adam"):
    import torch
    from memory_networks import NETWORKS
    from memory_torch import Network
    plan = NETWORKS[name][0]().plan(batch=batch)
    def back(shape): return (batch, shape[-1], *shape[1:-1])
    peaks=[]
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as prof:
        net = Network(plan)
        opt = torch.optim.Adam(net.parameters())
        x = torch.rand(back(plan.rows[0].output_shape))
        y = None
        for i in range(3):
            with torch.profiler.record_function(f"step{i}"):
                with torch.profiler.record_function(f"zero"):
                    opt.zero_grad()
                with torch.profiler.record_function(f"forward"):
                    out = net(x)
                    if y is None: y = torch.rand(out.shape)
                    loss = torch.nn.functional.mse_loss(out, y)
                    del out
                with torch.profiler.record_function(f"backward"):
                    loss.backward()
                with torch.profiler.record_function(f"opt"):
                    opt.step()
                del loss
        with torch.profiler.record_function("inference"), torch.no_grad():
            for p in net.parameters(): p.grad=None
            opt.state.clear(); 
            net(x)
    events = prof.profiler.kineto_results.events()
    mem = sorted((e.start_ns(), e.nbytes()) for e in events if e.name()=="[memory]")
    spans = [(e.name(), e.start_ns(), e.end_ns()) for e in events if e.name() in("step0","step1","step2","inference","forward","backward","opt")]
    res={}; 
    for nm,s,t in sorted(spans,key=lambda z:z[1]):
        live=0; peak=0; 
        for tt,b in mem:
            live+=b
            if s<=tt<=t: peak=max(peak,live)
        res.setdefault(nm,[]).append(peak)
    return res
if __name__=="__main__":
    from memory_networks import NETWORKS
    engine,name=sys.argv[1:3]
    batch=int(sys.argv[3]) if len(sys.argv)>3 else NETWORKS[name][1]
    r=globals()[engine](name,batch)
    p=NETWORKS[name][0]().plan(batch=batch).memory
    print(json.dumps(r)); print(p, {"train":p.training_peak_bytes/1e6})
