"""`python -m shared.documents.libreoffice PROGRAM FILE`: becomes LibreOffice under limits, which
writes FILE as PDF beside it.

It is a separate process, because the limits must hold before the program starts. The profile lies
beside the file and is deleted with it: no macro runs, no link is followed, nothing is remembered.
"""

import os
import resource
import sys
from pathlib import Path

CPU_SECONDS = 80
MEMORY = 2 * 1024 * 1024 * 1024
MOST_OUT = 128 * 1024 * 1024

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def main(program: str, source: Path) -> None:
    """Become the word processor."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MOST_OUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    room = source.parent
    profile = room / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    os.chdir(room)
    os.execve(  # noqa: S606 the program that PATH names, paths of our own making
        program,
        [
            program, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
            f"-env:UserInstallation={profile.as_uri()}",
            "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(room), str(source),
        ],
        {
            "HOME": str(room), "TMPDIR": str(room), "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp",
        },
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
