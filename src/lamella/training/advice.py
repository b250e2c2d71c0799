from typing import NamedTuple
class Advice(NamedTuple):
    layer: str
def advice(*a): return None
