"""Records the operator stream of a model from its own forward pass, on torch's meta device."""
