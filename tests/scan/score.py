"""How well items are read from scans: made-up pages, and documents that were typeset, printed and scanned.

    python3 score.py JIANBAO --make MAKE_SCANS.py TEXTS --score-items SCORE_ITEMS.py --gold DIR [--match REGEX]
                     [--typeset DIR] [--only GROUP,...] [--conditions a,b] [--seed N] [--show]

The texts that MAKE_SCANS.py sets line by line become a TIFF file each and condition; so do the PDF files of --typeset
(DIR/GROUP/pdf/NAME.pdf with DIR/GROUP/gold/NAME.gold.json, as tests/pdf/typeset.py makes them), spoiled by the same
conditions. For each set and condition a line of figures is printed; --show says what was missed. Prints, exits 0.
"""

import argparse
import importlib.util
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
from PIL import Image


def module(path):
    """The script as a module: its conditions and how it spoils a page."""
    spec = importlib.util.spec_from_file_location("make_scans", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def save(pages, path, condition):
    path.parent.mkdir(parents=True, exist_ok=True)
    options = dict(compression="group4") if condition["bilevel"] else dict(compression="jpeg", quality=condition.get("q", 95))
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(condition["dpi"],) * 2, **options)


def made_up(args, scans, name, folder):
    """The pages that the script sets, as one file a document."""
    pages = folder / "pages"
    command = [sys.executable, args.make[0], args.make[1], pages, args.seed, "--match", args.match, "--max-pages", "0"]
    subprocess.run([*command, "--conditions", name], check=True, stdout=subprocess.DEVNULL)
    truth = json.loads((pages / "truth.json").read_text("utf-8"))
    documents = {}
    for image in truth["images"]:
        documents.setdefault(truth["pages"][image["page"]]["document"], []).append(pages / image["file"])
    for document, files in documents.items():
        save([Image.open(file) for file in sorted(files)], folder / "raw" / f"{Path(document).stem}.tif", scans.CONDITIONS[name])
    shutil.rmtree(pages)


def printed(pdf, scans, name, seed, path):
    """The pages of a PDF file as a scanner sees them."""
    condition, pages = scans.CONDITIONS[name], []
    rng = random.Random(f"{seed}/{pdf.stem}/{name}")
    for page in pypdfium2.PdfDocument(pdf):
        width, height = (round(side * condition["dpi"] / 72) for side in page.get_size())
        clean = page.render(scale=2 * condition["dpi"] / 72, grayscale=True).to_pil().convert("L")
        pages.append(scans.degrade(clean, condition, rng, (width, height))[0])
    save(pages, path, condition)


def score(args, folder, golds):
    """The figures of one set."""
    out = folder / "out"
    subprocess.run([args.jianbao, "ingest", folder / "raw", "--out", out, "--quiet"], check=False)
    command = [sys.executable, args.score_items, out, golds, *(["--verbose"] if args.show else [])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for line in said[:-1]:
        print("   ", line)
    return json.loads(said[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jianbao", type=Path)
    parser.add_argument("--make", nargs=2, type=Path, required=True)
    parser.add_argument("--score-items", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--match", default="^(002|003)")
    parser.add_argument("--typeset", type=Path)
    parser.add_argument("--only", help="groups, all if not given; `lines` are the pages set line by line")
    parser.add_argument("--conditions", default="c300,g200")
    parser.add_argument("--seed", default="41")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--desk", type=Path, default=Path("target/score-scans"))
    args = parser.parse_args()
    if not args.make[0].exists():
        sys.exit(f"skipped: {args.make[0]} is not there")
    scans = module(args.make[0])
    groups = sorted(it.name for it in args.typeset.iterdir() if it.is_dir()) if args.typeset and args.typeset.is_dir() else []
    for group in args.only.split(",") if args.only else ["lines", *groups]:
        for name in args.conditions.split(","):
            folder = args.desk / f"{group}-{name}-{args.seed}"
            if not (folder / "made").exists():
                shutil.rmtree(folder, ignore_errors=True)
                if group == "lines":
                    made_up(args, scans, name, folder)
                    (folder / "gold").mkdir()
                    for path in sorted((folder / "raw").iterdir()):
                        shutil.copy(args.gold / f"{path.stem}.gold.json", folder / "gold")
                else:
                    for pdf in sorted((args.typeset / group / "pdf").glob("*.pdf")):
                        printed(pdf, scans, name, args.seed, folder / "raw" / f"{pdf.stem}.tif")
                    shutil.copytree(args.typeset / group / "gold", folder / "gold")
                (folder / "made").touch()
            figures = score(args, folder, folder / "gold")
            fields = " ".join(f"{key} {value}" for key, value in figures.items())
            print(f"{group} {name}: {fields}", flush=True)


if __name__ == "__main__":
    main()
