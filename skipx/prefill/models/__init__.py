"""The models whose prefill is measured: built offline, loaded, or the user's own."""
