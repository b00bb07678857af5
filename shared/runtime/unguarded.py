"""What the start tells of an app that is not guarded, without loading one."""


class Unguarded(Exception):
    """A route does not say who may open it, or says it twice and differently."""
