"""skipx: what kernel launches cost your LLM inference, and which fusions would win it back."""
