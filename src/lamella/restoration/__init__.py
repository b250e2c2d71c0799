"""From a run and pictures to restored pictures."""
