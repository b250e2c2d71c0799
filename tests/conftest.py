"""What all tests share: a quiet TensorFlow on the CPU, Keras' defaults, and examples that repeat from run to run."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "lamella",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("lamella")


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cache of the tests' own: what was measured of this machine before decides nothing.

    And a history of their own for IPython, which else adds what they run to the person's.
    """
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))
