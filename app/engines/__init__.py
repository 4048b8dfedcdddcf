"""A batch tensor in, logits out: torch lives here and nowhere else."""
