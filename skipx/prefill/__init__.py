"""End-to-end prefill: models, how they are run, sweeps over them, and the run folder."""
