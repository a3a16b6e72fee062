"""The report in a real browser, opened from disk as with a double click: what is read, followed, filtered, and kept out.

JIANBAO is the program, JIANBAO_BROWSER a Chromium; pictures of the main pages go to JIANBAO_PICTURES for a person to look at.
"""

import os
import re
import subprocess
import time

import pytest
from playwright.sync_api import expect

from looks import PICTURES, ROOT, for_readme, is_for_everyone, listed

JIANBAO = os.path.abspath(os.environ["JIANBAO"])

EVIL = "# <script>document.title='evil'</script>\n\n5月6日召开会议。</script><script>document.title='evil'</script>会后参观。\n"


def evil_pdf():
    """A page whose headline is a script, in a font that is not embedded."""
    lines = [("工作动态", 60, 760, 16), ("<script>document.title='evil'</script>", 120, 720, 20)]
    text = "5月6日，江津区地方志办公室召开座谈会，来自各镇街的代表参加。会议交流了口述史料的征集情况，"
    lines += [(text[at : at + 32], 60 + (24 if at == 0 else 0), 690 - at, 12) for at in range(0, len(text), 32)]
    shown = "".join(f"BT/F1 {size} Tf {x} {y} Td<{text.encode('utf-16-be').hex()}>Tj ET\n" for text, x, y, size in lines)
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>",
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>\nstream\n{shown}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        "/DW 1000>>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return f"{out}xref\n0 7\n0000000000 65535 f \n{table}trailer\n<</Root 1 0 R/Size 7>>\nstartxref\n{len(out)}\n%%EOF\n"


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """A report of the samples and of documents full of markup."""
    desk = tmp_path_factory.mktemp("desk")
    given = desk / "in"
    given.mkdir()
    for sample in (ROOT / "raw").iterdir():
        (given / sample.name).write_bytes(sample.read_bytes())
    (given / "zz <img src=x onerror=document.title='evil'>.md").write_text(EVIL, encoding="utf-8")
    (given / "zz-evil.pdf").write_text(evil_pdf(), encoding="latin-1")
    subprocess.run([JIANBAO, "ingest", given, "--out", desk / "out", "--quiet"], check=True)
    subprocess.run([JIANBAO, "report", desk / "out", "--sources", given], check=True)
    return (desk / "out/report").as_uri()


def number_in(page, path):
    """The page of the document `path`."""
    page.goto(re.sub(r"/report/.*", "/report/documents.html", page.url))
    listed(page)
    page.get_by_role("link", name=path, exact=True).click()
    page.wait_for_url("**/documents/*.html*")
    return page


def test_every_number_of_the_overview_leads_to_a_list_of_that_length(open_page):
    page = open_page("index.html")
    bars = page.locator(".bars a, .figures a").evaluate_all(
        "links => links.map(a => [a.href, Number((a.querySelector('.count, b')).textContent), !!a.closest('.figures')])"
    )
    assert len(bars) > 30
    other = open_page("index.html")
    for href, count, _ in bars:
        # Characters are counted too; no list has as many rows.
        if count > 1000 or href.endswith(("/items.html", "/documents.html")):
            continue
        other.goto("about:blank")
        other.goto(href)
        assert len(listed(other)) == count, href


def test_items_are_filtered_and_searched(open_page):
    page = open_page("items.html")
    total = len(listed(page))
    page.locator("select[name=district]").select_option("江津区")
    assert 0 < len(listed(page)) < total
    assert "district=" in page.url
    page.locator("select[name=district]").select_option("")
    page.get_by_role("searchbox").fill("录音一律双份保存")
    expect(page.locator("#rows .title")).to_have_count(1)
    assert listed(page) == ["《江津方言志》编纂工作座谈会召开"]
    page.reload()
    assert listed(page) == ["《江津方言志》编纂工作座谈会召开"]
    page.get_by_role("searchbox").fill("no such words")
    expect(page.locator("#rows .title")).to_have_count(0)
    expect(page.locator("#told")).to_contain_text("没有符合条件的")


def test_a_headline_leads_to_its_box(open_page):
    page = open_page("items.html")
    listed(page)
    page.get_by_role("link", name="市地方史志研究室召开年鉴编纂推进会").click()
    box = page.locator("svg .line.r-headline.lit")
    expect(box).to_have_count(1)
    expect(box).to_be_in_viewport()
    expect(box.locator("title")).to_contain_text("市地方史志研究室召开年鉴编纂推进会")
    expect(page.locator(".outline.current")).to_have_count(1)
    picture = page.locator(".sheet img").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 800


def test_lines_and_what_was_read_light_up_both_ways(open_page):
    page = number_in(open_page("documents.html"), "bulletin-scan.tif")
    page.locator(".fields .where", has_text="渝北区档案馆").first.hover()
    expect(page.locator("svg .lit")).to_have_count(1)
    expect(page.locator("svg .lit title")).to_contain_text("渝北区档案馆供稿")
    page.locator("svg .line.r-body").first.hover()
    expect(page.locator(".text .where.lit")).to_contain_text("5月9日")
    page.locator("svg .line.r-body").nth(2).focus()
    assert page.locator(".text .where.lit").count() >= 1
    page.locator("#as-read").check()
    expect(page.locator(".sheet img").first).to_be_hidden()
    expect(page.locator("svg .text").first).to_be_visible()


def test_a_text_shows_its_lines_and_a_doubtful_join(open_page):
    page = number_in(open_page("documents.html"), "bulletin-with-faults.txt")
    expect(page.locator(".lines .doubtful")).to_contain_text("? 0.57")
    page.locator(".doubt").first.click()
    expect(page.locator("#L14")).to_have_class(re.compile(r"\blit\b"))
    expect(page.locator("#L14")).to_be_in_viewport()
    page.locator("#L21").hover()
    expect(page.locator(".read .where.lit")).to_contain_text("区地方志办公室编研科")


def test_only_the_panes_of_a_document_scroll(open_page):
    for size in [(1360, 860), (390, 844)]:
        page = number_in(open_page("documents.html", size=size), "bulletin-with-faults.txt")
        page.keyboard.press("k")
        page.keyboard.press("k")
        expect(page.locator("header.top")).to_be_in_viewport()
        assert page.evaluate("document.scrollingElement.scrollTop") == 0
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_remarks_have_a_name_in_the_language_that_is_on(open_page):
    page = open_page("remarks.html")
    assert "日期不存在" in listed(page)
    page.locator("select[name=code]").select_option("impossible-date")
    assert listed(page) == ["日期不存在"]
    page.locator("#rows .title").click()
    expect(page.locator(".item .code", has_text="日期不存在").first).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".item .code", has_text="Impossible date").first).to_be_visible()


def test_keys(open_page):
    page = open_page("items.html")
    first, second = listed(page)[:2]
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text(first)
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text(second)
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_text(first)
    page.keyboard.press("f")
    expect(page.get_by_label("只看有提示的")).to_be_checked()
    assert 0 < len(listed(page)) < 20
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jfk")
    expect(page.get_by_role("searchbox")).to_have_value("jfk")

    page = number_in(open_page("documents.html"), "bulletin-with-faults.txt")
    page.keyboard.press("j")
    expect(page.locator("#i1")).to_have_class(re.compile("current"))
    page.keyboard.press("j")
    expect(page.locator("#i2")).to_have_class(re.compile("current"))
    page.keyboard.press("f")
    assert all("flagged" in it.get_attribute("class") for it in page.locator(".item:visible").all())
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("items.html"))
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_language_follows_the_browser_is_switched_and_remembered(open_page):
    page = open_page("index.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("数据报告", use_inner_text=True)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dataset report", use_inner_text=True)
    page.locator("nav").get_by_role("link", name="Items").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Items", use_inner_text=True)
    expect(page.locator("label", has=page.locator("select[name=district]")).locator("span")).to_have_text("district")
    english = open_page("items.html", lang="en-GB")
    expect(english.get_by_role("heading", level=1)).to_have_text("Items", use_inner_text=True)


def test_a_script_in_a_document_is_text(open_page):
    page = open_page("items.html#search=document.title")
    assert listed(page) == ["<script>document.title='evil'</script>"] * 2
    for at in range(2):
        page = open_page("items.html#search=document.title")
        listed(page)
        page.locator("#rows .title").nth(at).click()
        expect(page.locator(".item h2").first).to_contain_text("<script>document.title='evil'</script>")
        page.wait_for_timeout(100)
        assert "evil" not in page.title() or page.title().startswith("zz")


def test_a_script_of_others_may_not_run(browser, report):
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{report}/index.html")
    # As a flaw in the escaping would do it.
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'evil'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=\\"document.title = 'evil'\\">");
    }""")
    page.wait_for_timeout(300)
    assert page.title() != "evil"
    assert any("Content Security Policy" in text for text in said)
    page.close()


PAGES = {
    "overview": ("index.html", "zh-CN", "light", (1280, 900)),
    "items": ("items.html", "zh-CN", "light", (1280, 900)),
    "remarks": ("remarks.html", "en-US", "dark", (1280, 900)),
    "documents": ("documents.html", "en-US", "light", (1280, 900)),
    "scan": ("bulletin-scan.tif", "zh-CN", "light", (1360, 860)),
    "pdf": ("bulletin.pdf", "zh-CN", "dark", (1360, 860)),
    "text": ("bulletin-with-faults.txt", "en-US", "light", (1360, 860)),
    "phone": ("bulletin-scan.tif", "zh-CN", "light", (390, 844)),
    "phone-overview": ("index.html", "zh-CN", "dark", (390, 844)),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_everyone_and_have_their_picture_taken(open_page, name):
    path, *look = PAGES[name]
    if path.endswith(".html"):
        page = open_page(path, *look)
        if name in ("items", "remarks", "documents"):
            listed(page)
    else:
        page = number_in(open_page("documents.html", *look), path)
        page.keyboard.press("j")
        page.wait_for_timeout(300)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"report-{name}.png", full_page="overview" in name)
    if name == "scan":
        for_readme(PICTURES / "report-scan.png", "report.png")
    is_for_everyone(page)


def test_pages_open_at_once(open_page):
    started = time.monotonic()
    listed(open_page("items.html"))
    assert time.monotonic() - started < 2
