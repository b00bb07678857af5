"""A folder in which somebody left files that bear the names of parts of ours and of Python."""

from pathlib import Path

NAMES = (
    "json", "subprocess", "zipfile", "logging", "os", "click", "flask", "PIL", "pysqlite3",
    "shared", "kiosk", "sms", "templates", "venv", "pip", "sitecustomize", "usercustomize",
)  # fmt: skip


class Planted:
    """`folder` to stand in; `ran` says which of its files were executed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._said = folder, folder / "ran.txt"
        folder.mkdir(exist_ok=True)
        for name in NAMES:
            text = f"open({str(self._said)!r}, 'a').write(__name__ + ' ')\nraise SystemExit(86)\n"
            (folder / f"{name}.py").write_text(text)
            (folder / name).mkdir()
            for file in ("__init__.py", "__main__.py"):
                (folder / name / file).write_text(text)

    @property
    def ran(self) -> list[str]:
        return self._said.read_text().split() if self._said.exists() else []
