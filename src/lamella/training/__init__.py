"""From a design and pictures to a run: data, training, quality, the run folder."""
