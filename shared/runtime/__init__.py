"""What a running program needs: instance, start, serving, supervision, logs, passwords."""
