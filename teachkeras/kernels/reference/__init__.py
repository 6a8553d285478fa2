"""Each routine in plain NumPy: slow, obvious, the truth that every other back end must match."""
