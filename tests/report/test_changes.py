"""Two runs with known differences, and what a report against the older one shows of them in a real browser."""

import os
import re
import subprocess
import time

import pytest
from playwright.sync_api import expect

from looks import PICTURES, ROOT, for_readme, is_for_everyone, listed

JIANBAO = os.path.abspath(os.environ["JIANBAO"])

STORIES = [
    ("渝北区档案馆开展宣传活动", "1月24日，渝北区档案馆在两路街道开展宣传活动，发放宣传册三百余份，展出老照片四十余幅。", "渝北区档案馆"),
    ("巴南区召开座谈会", "2月3日，巴南区委党史研究室召开座谈会，邀请老党员讲述亲身经历，并征集到实物二十件。", "巴南区委党史研究室"),
    ("万州区举办展览", "3月5日，万州区博物馆举办抗战文物展览，观众需预约参观，展期三个月。", "万州区博物馆"),
    ("涪陵区修缮旧址", "4月6日，涪陵区启动革命旧址修缮工程，预计年底完工并向公众免费开放。", "涪陵区文物管理所"),
    ("合川区编纂史志", "5月7日，合川区启动新一轮地方志编纂，成立编委会并召开第一次全体会议。", "合川区地方志办公室"),
    (
        "<script>document.title='evil'</script>北碚区走访老兵",
        "6月8日，北碚区退役军人事务局走访老兵，记录口述历史六段。</script><img src=x onerror=document.title='evil'>",
        "北碚区退役军人事务局",
    ),
]
WRAPPED = """渝北区档案馆开展宣传活动
　　1月24日，渝北区档案馆在两路街道开展宣传活动，
发放宣传册三百余份，展出老照片四十余幅，现场解答
群众关于查档利用的问题，受到居民欢迎，下一步还将
走进学校和社区，持续开展宣传。
（渝北区档案馆供稿）
"""


def bulletin(*stories):
    return "".join(f"{STORIES[at][0]}\n　　{STORIES[at][1]}\n（{STORIES[at][2]}供稿）\n" for at in stories)


def replaced(text, *pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


TEXT, THREE, CUT = bulletin(0, 1, 2, 5), bulletin(0, 1, 2), bulletin(3, 4, 0)
EDITS = [("亲身经历", "亲生经历"), ("展览，观众", "展览。观众"), ("照片四十", "照片　四十"), ("口述历史", "口述史")]
# What each file is in the old run and in the new one.
FILES = {
    "same.txt": (bulletin(0, 4), bulletin(0, 4)),
    "text.txt": (TEXT, replaced(TEXT, *EDITS)),
    "merged.txt": (THREE, replaced(THREE, ("（渝北区档案馆供稿）\n巴南区召开座谈会\n", ""))),
    "split.txt": (replaced(CUT, ("（涪陵区文物管理所供稿）\n合川区编纂史志\n", "")), CUT),
    "before.txt": (bulletin(3, 4, 2), None),
    "renamed.txt": (None, replaced(bulletin(3, 4, 2), ("预计年底", "预计明年"))),
    "moved.txt": (bulletin(1, 2, 3, 4), bulletin(2, 3, 4, 1)),
    "dropped.txt": (bulletin(1, 5), None),
    "come.txt": (None, replaced(bulletin(3), ("涪陵", "江津"))),
    "wrap.txt": (WRAPPED, replaced(WRAPPED, ("四十余幅，现场解答\n", "四十余幅。\n　　现场解答"))),
}


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """Folders of the runs: `old` and `new` over the files, `rule` over the same files as `new` with a rule taken away."""
    desk = tmp_path_factory.mktemp("runs")
    for at, run in enumerate(["old", "new"]):
        given = desk / f"{run}-raw"
        given.mkdir()
        for name, texts in FILES.items():
            if texts[at] is not None:
                (given / name).write_text(texts[at], encoding="utf-8")
        (given / "bulletin-scan.tif").write_bytes((ROOT / "raw/bulletin-scan.tif").read_bytes())
    (desk / "rules").mkdir()
    rule = (ROOT / "rules/base.toml").read_text(encoding="utf-8")
    (desk / "rules/base.toml").write_text(replaced(rule, ("供稿", "供搞")), encoding="utf-8")
    for args in [["old-raw", "--out", "old"], ["new-raw", "--out", "new"], ["new-raw", "--out", "rule", "--rules", "rules"]]:
        subprocess.run([JIANBAO, "ingest", *args, "--quiet"], cwd=desk, check=True)
    subprocess.run([JIANBAO, "report", "new", "--against", "old", "--sources", "new-raw"], cwd=desk, check=True)
    subprocess.run([JIANBAO, "report", "rule", "--against", "new"], cwd=desk, check=True)
    for name, old, new in [("diff.html", "old", "new"), ("rule.html", "new", "rule")]:
        subprocess.run([JIANBAO, "diff", old, new, "--format", "html", "--out", name, "--fail-on", "settings"], cwd=desk)
    return desk


@pytest.fixture(scope="session")
def report(desk):
    return (desk / "new/report").as_uri()


def changes_of(page, name):
    """The page of the differences of the document `name`."""
    page.goto(re.sub(r"/(new|rule)/report/.*", r"/\1/report/differences.html#what=sources", page.url))
    listed(page)
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/changes/*.html*")
    return page


def card(page, kind):
    """The one card of an item of this kind."""
    found = page.locator(f".card.k-{kind}")
    expect(found).to_have_count(1)
    return found


def sides(place):
    """What stands on both sides, without white space."""
    return ["".join(place.locator(f".{side}").all_inner_texts()).replace("\n", "") for side in ("old", "new")]


def test_the_page_of_all_differences_names_each_change(open_page):
    page = open_page("changes.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("数据有变化", use_inner_text=True)
    told = {
        it.locator("summary").first.inner_text().split()[0]: it
        for it in page.locator("#sources > .fold, #items > .fold").all()
    }
    for fold in told.values():
        fold.locator("details").first.evaluate("fold => { fold.open = true; }")
    expected = {
        "已不在的文件": ["dropped.txt"],
        "新来的文件": ["come.txt"],
        "改名又改内容的文件": ["before.txt → renamed.txt"],
        "内容有改的文件": ["merged.txt", "moved.txt", "split.txt", "text.txt", "wrap.txt"],
    }
    for name, files in expected.items():
        assert told[name].locator("li").all_inner_texts() == files
    assert sides(told["合并的条目"]) == ["渝北区档案馆开展宣传活动 merged.txt 1巴南区召开座谈会 merged.txt 2", "渝北区档案馆开展宣传活动 merged.txt 1"]
    assert sides(told["拆开的条目"]) == ["涪陵区修缮旧址 split.txt 1", "涪陵区修缮旧址 split.txt 1合川区编纂史志 split.txt 2"]
    assert sides(told["移位的条目"]) == ["巴南区召开座谈会 moved.txt 1", "巴南区召开座谈会 moved.txt 4"]
    assert len(told["消失的条目"].locator("li").all()) == 2 and len(told["新增的条目"].locator("li").all()) == 1
    assert "发放宣传册三百余份，展出老照片四十余幅。" in page.locator(".join-card").inner_text()
    texts = page.locator("#text")
    for text in ["预计年底明年完工", "述亲身生经历", "照片␣四十", "展览，。观众"]:
        expect(texts).to_contain_text(text)
    rows = page.locator("#coverage tr", has_text="条目").first.locator("td").all_inner_texts()
    assert rows[2] == "-1", rows


def test_every_number_leads_to_a_list_of_that_length(open_page):
    page = open_page("changes.html")
    links = page.locator("a[href*='differences.html#what=']").evaluate_all(
        "links => links.map(a => [a.href, Number((a.querySelector('b') ?? a).textContent.replaceAll(',', ''))])"
    )
    assert len(links) > 20
    other = open_page("changes.html")
    for href, count in links:
        other.goto("about:blank")
        other.goto(href)
        # Several places of a text may be in one item.
        rows = len(listed(other))
        assert rows == count or "group=t" in href and 0 < rows <= count, href


def test_before_and_after_stand_side_by_side(open_page):
    page = changes_of(open_page("changes.html"), "text.txt")
    cards = page.locator(".card.k-edited").all()
    assert [it.locator("del, ins").all_inner_texts() for it in cards] == [["␣"], ["身", "生"], ["，", "。"], ["历"]]
    assert [it.locator(".only").count() for it in cards] == [1, 0, 1, 0]
    expect(cards[0].locator(".only")).to_have_text("仅空白", use_inner_text=True)
    expect(cards[2].locator(".only")).to_have_text("仅标点", use_inner_text=True)
    boxes = [cards[1].locator(f".text-block .{side}").bounding_box() for side in ("old", "new")]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    decorated = "it => getComputedStyle(it).textDecorationLine"
    assert all(cards[1].locator(tag).evaluate(decorated) != "none" for tag in ("del", "ins"))
    # And one under the other where there is no room.
    page.set_viewport_size({"width": 390, "height": 844})
    boxes = [cards[1].locator(f".text-block .{side}").bounding_box() for side in ("old", "new")]
    assert boxes[0]["x"] == boxes[1]["x"] and boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]


def test_items_that_were_cut_joined_moved_or_lost_have_a_card(open_page):
    page = changes_of(open_page("changes.html"), "split.txt")
    assert card(page, "split").locator(".text-block ins").all_inner_texts() == ["合川区编纂史志"]
    expect(card(page, "split").locator(".text-block .new .heading")).to_have_count(2)
    page = changes_of(page, "merged.txt")
    assert card(page, "merged").locator(".text-block del").all_inner_texts() == ["巴南区召开座谈会"]
    page = changes_of(page, "moved.txt")
    assert [re.sub(r"\s+", " ", side) for side in sides(card(page, "moved"))] == ["1 巴南区召开座谈会", "4 巴南区召开座谈会"]
    expect(page.locator(".card.k-same")).to_have_count(3)
    page = changes_of(page, "dropped.txt")
    expect(page.locator(".card.k-removed")).to_have_count(2)
    expect(page.locator(".sides .new")).to_contain_text("没有这份文件")
    page = changes_of(page, "wrap.txt")
    expect(page.locator(".join-card")).to_have_count(1)
    expect(page.locator(".join-card .around span").first).to_have_text("1月24日，渝北区档案馆在两路街道开展宣传活动，")
    page = changes_of(page, "renamed.txt")
    assert sides(page.locator(".sides"))[0].endswith("before.txt")
    assert card(page, "edited").locator("del, ins").all_inner_texts() == ["年底", "明年"]


def test_a_card_leads_to_the_document_and_back(open_page):
    page = changes_of(open_page("changes.html"), "text.txt")
    page.locator(".card .new").get_by_role("link", name="巴南区召开座谈会").click()
    page.wait_for_url("**/documents/*.html#i2")
    expect(page.locator("#i2")).to_have_class(re.compile("current"))
    page.get_by_role("link", name="与旧版比较").last.click()
    page.wait_for_url("**/changes/*.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("text.txt")


def test_a_changed_rule_is_one_line(open_page, desk):
    page = open_page("changes.html")
    page.goto((desk / "rule/report/changes.html").as_uri())
    line = page.locator("#values > .fold", has_text="供稿").first
    expect(line.locator("summary").first).to_contain_text(re.compile(r"供稿 \d+ 种值 → （无）"), use_inner_text=True)
    count = int(line.locator(".count").first.inner_text())
    assert count > 15 and len(line.locator("details details").all()) > 3
    line.locator("summary").first.click()
    line.locator("details details summary").first.click()
    line.locator("details details .places a").first.click()
    page.wait_for_url("**/changes/*.html#n*")
    expect(page.locator(".card.current")).to_be_in_viewport()
    page.go_back()
    page.locator("#values > .fold > .count").first.click()
    assert len(listed(page)) == count
    page.go_back()
    expect(page.locator("#settings")).to_contain_text("base.toml")


def test_the_list_is_filtered_and_searched(open_page):
    page = open_page("differences.html")
    total = len(listed(page))
    page.locator("select[name=what]").select_option("edited")
    assert 0 < len(listed(page)) < total
    page.locator("select[name=text]").select_option("punctuation")
    assert sorted(listed(page)) == ["万州区举办展览", "渝北区档案馆开展宣传活动"]
    page = open_page("differences.html")
    listed(page)
    page.get_by_role("searchbox").fill("亲生")
    expect(page.locator("#rows .title")).to_have_count(1)
    expect(page.locator("#rows li")).to_contain_text("text.txt")
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#rows .title")).to_have_count(total)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("f")
    expect(page.get_by_label("略去仅空白、标点的差异")).to_be_checked()
    assert len(listed(page)) == total - 3


def test_keys_and_language(open_page):
    page = changes_of(open_page("changes.html"), "moved.txt")
    page.keyboard.press("j")
    expect(page.locator(".card.current")).to_have_id("n1")
    page.keyboard.press("f")
    expect(page.get_by_label("只看有变化的")).to_be_checked()
    expect(page.locator(".card.k-same").first).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator(".card.current")).to_have_class(re.compile("k-moved"))
    page.keyboard.press("k")
    expect(page.locator(".card.current")).to_have_class(re.compile("k-moved"))
    expect(card(page, "moved").locator(".class")).to_contain_text("移位的条目", use_inner_text=True)
    page.get_by_role("button", name="English").click()
    expect(card(page, "moved").locator(".class")).to_contain_text("Items moved", use_inner_text=True)
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("items.html"))
    page.get_by_role("link", name="Changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Different data", use_inner_text=True)
    page.keyboard.press("j")
    expect(page.locator(".part.current")).to_have_id("sources")


def test_a_script_in_a_headline_is_text(open_page, desk):
    for path in ["changes.html", "differences.html"]:
        page = open_page(path)
        page.wait_for_timeout(200)
        expect(page.locator("main")).to_contain_text("<script>document.title='evil'</script>北碚区走访老兵")
        assert "evil" not in page.title()
    page = changes_of(open_page("changes.html"), "text.txt")
    expect(page.locator("#n4 .titles .new")).to_contain_text("<script>document.title='evil'</script>北碚区走访老兵")
    assert page.title() == "text.txt · 简报 jianbao"
    page.goto((desk / "diff.html").as_uri())
    expect(page.locator("main")).to_contain_text("<script>document.title='evil'</script>北碚区走访老兵")
    page.wait_for_timeout(200)
    assert "evil" not in page.title()


def test_the_page_of_diff_stands_alone(browser, desk):
    """Of `jianbao diff --format html`: language, keys, and no script but its own."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if "diff.html" not in request.url else None)
    page.goto((desk / "diff.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("数据有变化", use_inner_text=True)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Different data", use_inner_text=True)
    page.keyboard.press("j")
    expect(page.locator(".part.current")).to_have_id("sources")
    page.locator(".figures a", has_text="Items removed").click()
    expect(page.locator("#removed")).to_be_in_viewport()
    assert page.locator("a:not([href^='#'])").count() == 0
    for link in page.locator("main a[href^='#']").all():
        assert page.locator(link.get_attribute("href")).count() == 1, link.get_attribute("href")
    assert said == []
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'evil'";
        document.body.append(script);
    }""")
    page.wait_for_timeout(100)
    assert page.title() != "evil" and "Content Security Policy" in said[0]
    context.close()


LOOKS = {
    "changes": ("changes.html", "zh-CN", "light", (1280, 900)),
    "changes-phone": ("changes.html", "zh-CN", "dark", (390, 844)),
    "change": ("text.txt", "zh-CN", "light", (1360, 860)),
    "change-split": ("split.txt", "en-US", "dark", (1280, 900)),
    "change-phone": ("text.txt", "zh-CN", "light", (390, 844)),
    "change-gone": ("dropped.txt", "zh-CN", "light", (390, 844)),
    "differences": ("differences.html", "zh-CN", "light", (1280, 900)),
    "rule": ("../../rule/report/changes.html", "zh-CN", "light", (1280, 900)),
    "rule-change": ("../../rule/report/changes/00001.html", "en-US", "light", (1280, 900)),
    "diff": ("../../diff.html", "en-US", "light", (1280, 900)),
    "diff-phone": ("../../rule.html", "zh-CN", "dark", (390, 844)),
}


@pytest.mark.parametrize("name", LOOKS)
def test_pages_of_differences_are_for_everyone_and_have_their_picture_taken(open_page, name):
    path, *look = LOOKS[name]
    page = open_page(path if path.endswith(".html") else "changes.html", *look)
    if not path.endswith(".html"):
        changes_of(page, path)
    if name == "differences":
        listed(page)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"report-{name}.png", full_page="differences" not in name)
    if name == "change":
        for_readme(PICTURES / "report-change.png", "changes.png")
    is_for_everyone(page)


def test_differences_open_at_once(open_page):
    started = time.monotonic()
    open_page("changes.html")
    listed(open_page("differences.html"))
    assert time.monotonic() - started < 2
