"""The example of Daft in docs/scale.md, run on the samples: what is merged of its rows must be the dataset of one run."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    """Runs the example as it stands there, with nothing told to anybody."""
    os.environ.update({"DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "1", "DAFT_PROGRESS_BAR": "0"})
    page = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
    example = re.search(r"```python rows\.py\n(.*?)```", page, re.DOTALL)[1]
    with tempfile.TemporaryDirectory() as desk:
        rows, merged, whole = (Path(desk, name) for name in ("rows", "merged", "whole"))
        Path(desk, "rows.py").write_text(example, encoding="utf-8")
        jianbao = [sys.executable, "-m", "jianbao"]
        subprocess.run([sys.executable, str(Path(desk, "rows.py")), str(ROOT / "raw"), str(rows)], check=True)
        subprocess.run([*jianbao, "merge", str(rows), "--out", str(merged), "--quiet"], check=True)
        subprocess.run([*jianbao, "ingest", str(ROOT / "raw"), "--out", str(whole), "--quiet"], check=True)
        files = sorted(path.name for path in whole.iterdir() if path.is_file() and path.name != "run.json")
        differing = [name for name in files if (merged / name).read_bytes() != (whole / name).read_bytes()]
        assert files and not differing, differing
        print(f"Daft: the same {len(files)} files")


if __name__ == "__main__":
    main()
