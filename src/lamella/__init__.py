"""lamella: design layered neural networks and know what every layer does before anything runs."""

__version__ = "0.1.0"
