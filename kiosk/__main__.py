"""`python -m kiosk`: starts program.py."""

import gc

if __name__ == "__main__":
    # A start makes seventy thousand objects and drops a handful. Looking for those is a tenth of
    # it, so the collector waits until the program serves (shared/runtime/serving.py).
    gc.disable()

    from kiosk.program import main

    main(prog_name="python -m kiosk")
