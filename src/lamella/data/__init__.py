"""Files that come with lamella: `digits.npz`, a subset of MNIST (see LICENSE-digits.md beside it)."""
