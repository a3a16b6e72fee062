"""What tests look at on any page of a report."""

import os
from pathlib import Path

from PIL import Image
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("JIANBAO_PICTURES", ROOT / "out"))


def listed(page):
    """The titles of a list that has loaded all its pieces."""
    expect(page.locator("#rows[data-ready=yes]")).to_be_attached()
    return page.locator("#rows .title").all_inner_texts()


def is_for_everyone(page):
    """Nothing stands out of the page sideways, and no rule of accessibility is broken."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert found == [], [(it["id"], it["nodes"][0]["html"]) for it in found]


def for_readme(taken, name):
    """Keeps the upper part of a picture, made smaller, where JIANBAO_README_PICTURES says."""
    if "JIANBAO_README_PICTURES" not in os.environ:
        return
    picture = Image.open(taken).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, 860)))
    picture = picture.resize((1020, picture.height * 1020 // picture.width), Image.Resampling.LANCZOS)
    picture.quantize(200, dither=Image.Dither.NONE).save(Path(os.environ["JIANBAO_README_PICTURES"]) / name, optimize=True)
