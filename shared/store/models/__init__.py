"""Models, who adopted them, trials, and whether they last."""
