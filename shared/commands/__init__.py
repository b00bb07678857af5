"""The operator's commands that need no folder of their own; shared/cli.py brings all together."""
