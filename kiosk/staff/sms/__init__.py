"""SMS as staff see them: what came, what failed, what is kept apart, who wants none."""
