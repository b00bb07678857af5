"""SMS as staff see them: what came, what failed, what was set aside, who wants none."""
