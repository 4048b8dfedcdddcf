"""Scoring the models on photographs with known content; not part of `make test`."""
