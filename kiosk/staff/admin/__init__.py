"""People, devices, the machine and what is wrong with it today."""
