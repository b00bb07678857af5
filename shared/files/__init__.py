"""Files that people hand in: kept, examined in a process with limits, drawn anew."""
