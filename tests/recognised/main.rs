//! ALTO, PAGE XML and hOCR as small files that show one thing each, and damaged copies of all of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod mutated;

use jianbao::layout::page::{PageLines, page_lines, printed_lines};
use jianbao::model::{Code, Format, PageClass, TextLine};
use jianbao::read::recognised::{RecognisedFile, format_of, read};

fn file(bytes: &[u8]) -> RecognisedFile<PageLines> {
    read(bytes, page_lines).unwrap()
}

/// The lines of a file as they are laid out.
fn lines(text: &str) -> Vec<TextLine> {
    printed_lines(file(text.as_bytes()).pages.into_iter().map(|page| page.made).collect())
}

fn texts(text: &str) -> Vec<String> {
    lines(text).into_iter().map(|line| line.text).collect()
}

fn alto(description: &str, page: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><alto xmlns='http://www.loc.gov/standards/alto/ns-v3#'><Description>\
         {description}</Description><Layout><Page ID='p' WIDTH='2480' HEIGHT='3508' PHYSICAL_IMG_NR='1'>{page}</Page>\
         </Layout></alto>"
    )
}

fn page_xml(page: &str) -> String {
    format!(
        "<PcGts xmlns='http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15'><Metadata><Creator>eye</Creator>\
         </Metadata><Page imageFilename='1.png' imageWidth='2480' imageHeight='3508'>{page}</Page></PcGts>"
    )
}

fn hocr(page: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title></title><meta charset='utf-8'><meta name='ocr-system' content='eye 1'></head>\
         <body><div class='ocr_page' title='image \"a;b.png\"; bbox 0 0 2480 3508; scan_res 300 300'>{page}</div></body></html>"
    )
}

#[test]
fn the_first_element_tells_the_format() {
    assert_eq!(format_of(alto("", "").as_bytes()), Some(Format::Alto));
    assert_eq!(format_of(b"\xef\xbb\xbf\n<!-- x --><a:alto xmlns:a='x'>"), Some(Format::Alto));
    assert_eq!(format_of(page_xml("").as_bytes()), Some(Format::PageXml));
    assert_eq!(format_of(hocr("").as_bytes()), Some(Format::Hocr));
    let utf16: Vec<u8> = alto("", "").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(format_of(&utf16), Some(Format::Alto));
    for other in ["", "alto", "<html><p>ocr</p></html>", "<mets><alto/></mets>", "<<<", "# <alto>", "<a"] {
        assert_eq!(format_of(other.as_bytes()), None, "{other}");
    }
    assert_eq!(read(b"<html></html>", |_| ()).unwrap_err().code(), "unknown-markup");
}

#[test]
fn alto_prints_strings_blanks_and_hyphens_and_no_substitutes() {
    let text = alto(
        "<MeasurementUnit>pixel</MeasurementUnit>",
        "<PrintSpace><TextBlock ID='b'><TextLine HPOS='300' VPOS='300' WIDTH='500' HEIGHT='50'>\
         <String CONTENT='party' HPOS='300' VPOS='300' WIDTH='125' HEIGHT='50' WC='0.5'/><SP WIDTH='25' HPOS='425' VPOS='300'/>\
         <String CONTENT='his' SUBS_TYPE='HypPart1' SUBS_CONTENT='history' HPOS='450' VPOS='300' WIDTH='75' HEIGHT='50'/>\
         <HYP CONTENT='&#xad;' HPOS='525' VPOS='300' WIDTH='25'/></TextLine><TextLine HPOS='300' VPOS='380' WIDTH='100' HEIGHT='50'>\
         <String CONTENT='tory' SUBS_TYPE='HypPart2' SUBS_CONTENT='history' HPOS='300' VPOS='380' WIDTH='100' HEIGHT='50'/>\
         </TextLine></TextBlock></PrintSpace>",
    );
    assert_eq!(texts(&text), ["party his-", "tory"]);
}

#[test]
fn a_point_is_a_point_in_every_unit() {
    let line = |unit: &str, em: f32| {
        let at = |ems: f32| ems * em;
        let text = alto(
            &format!("<MeasurementUnit>{unit}</MeasurementUnit>"),
            &format!(
                "<PrintSpace><TextBlock ID='b'><TextLine HPOS='{0}' VPOS='{1}' WIDTH='{2}' HEIGHT='{3}'><String CONTENT='中共重庆市委党史研究室' \
                 HPOS='{0}' VPOS='{1}' WIDTH='{2}' HEIGHT='{3}'/></TextLine></TextBlock></PrintSpace>",
                at(6.0),
                at(10.0),
                at(11.0),
                at(1.0)
            ),
        );
        let line = lines(&text).remove(0);
        let bbox = line.bbox.unwrap();
        [bbox.x0(), bbox.top(), bbox.x1(), bbox.bottom(), line.size_pt.unwrap()]
    };
    for (unit, em) in [("pixel", 50.0), ("mm10", 12.0 * 254.0 / 72.0), ("inch1200", 200.0)] {
        for (found, wanted) in line(unit, em).into_iter().zip([72.0, 120.0, 204.0, 132.0, 12.0]) {
            assert!((found - wanted).abs() < 0.01, "{unit}: {found}, not {wanted}");
        }
    }
}

#[test]
fn confidence_comes_from_glyphs_characters_or_words() {
    let string = |attributes: &str, inner: &str| {
        let text = alto(
            "<MeasurementUnit>pixel</MeasurementUnit>",
            &format!(
                "<PrintSpace><TextBlock ID='b'><TextLine HPOS='0' VPOS='0' WIDTH='100' HEIGHT='50'><String CONTENT='党史' HPOS='0' VPOS='0' \
                 WIDTH='100' HEIGHT='50' {attributes}>{inner}</String></TextLine></TextBlock></PrintSpace>"
            ),
        );
        lines(&text)[0].confidence.unwrap()
    };
    let near = |found: f32, wanted: f32| assert!((found - wanted).abs() < 0.01, "{found}, not {wanted}");
    near(string("WC='0.8'", ""), 0.8);
    near(string("WC='80'", ""), 0.8);
    near(string("WC='0.8' CC='09'", ""), 0.5);
    near(string("WC='0.8' CC='0 9'", ""), 0.5);
    let glyph =
        |c: &str, sure: &str| format!("<Glyph CONTENT='{c}' GC='{sure}' HPOS='0' VPOS='0' WIDTH='50' HEIGHT='50'/>");
    near(string("WC='0.8' CC='09'", &(glyph("党", "0.6") + &glyph("史", "1"))), 0.8);
    near(string("WC='0.8'", &glyph("党", "0.1")), 0.8);
}

#[test]
fn the_foot_of_an_alto_page_comes_after_its_text() {
    let line = |text: &str, y: u32| {
        format!(
            "<TextBlock ID='b{y}'><TextLine HPOS='0' VPOS='{y}' WIDTH='100' HEIGHT='50'><String CONTENT='{text}'/></TextLine></TextBlock>"
        )
    };
    let page = format!(
        "<TopMargin>{}</TopMargin><BottomMargin>{}</BottomMargin><PrintSpace>{}{}</PrintSpace>",
        line("简报", 0),
        line("第3页", 3000),
        line("左栏", 200),
        line("右栏", 100)
    );
    assert_eq!(texts(&alto("", &page)), ["简报", "左栏", "右栏", "第3页"]);
    let order = "<ReadingOrder><OrderedGroup ID='g'><ElementRef ID='e' REF='b100'/><ElementRef ID='f' REF='b200'/>\
                 <ElementRef ID='h' REF='b0'/></OrderedGroup></ReadingOrder><Layout>";
    assert_eq!(texts(&alto("", &page).replace("<Layout>", order)), ["右栏", "左栏", "简报", "第3页"]);
}

#[test]
fn page_xml_is_read_in_its_reading_order() {
    let region = |id: &str, text: &str, x: u32| {
        format!(
            "<TextRegion id='{id}'><Coords points='{x},0 {0},0 {0},50 {x},50'/><TextLine id='l{id}'><Coords points='{x},0 {0},0 {0},50 {x},50'/>\
             <TextEquiv conf='0.9'><Unicode>{text}</Unicode></TextEquiv></TextLine></TextRegion>",
            x + 100
        )
    };
    let order = "<ReadingOrder><OrderedGroup id='g'><RegionRefIndexed index='2' regionRef='a'/><UnorderedGroupIndexed id='u' index='1'>\
                 <RegionRef regionRef='c'/></UnorderedGroupIndexed><RegionRefIndexed index='0' regionRef='b'/></OrderedGroup></ReadingOrder>";
    let regions =
        region("a", "第三", 0) + &region("b", "第一", 500) + &region("c", "第二", 1000) + &region("d", "其余", 1500);
    assert_eq!(texts(&page_xml(&format!("{order}{regions}"))), ["第一", "第二", "第三", "其余"]);
    assert_eq!(texts(&page_xml(&regions)), ["第三", "第一", "第二", "其余"]);
}

#[test]
fn a_line_of_page_xml_is_its_own_text_then_that_of_its_words() {
    let coords = |x: u32, end: u32| {
        format!(
            "<Coords><Point x='{x}' y='0'/><Point x='{end}' y='0'/><Point x='{end}' y='50'/><Point x='{x}' y='50'/></Coords>"
        )
    };
    let word = |text: &str, x: u32, end: u32| {
        format!("<Word id='w{x}'>{}<TextEquiv conf='0.5'><Unicode>{text}</Unicode></TextEquiv></Word>", coords(x, end))
    };
    let line = |inner: String| {
        page_xml(&format!(
            "<TextRegion id='r'>{}<TextLine id='l'>{}{inner}</TextLine></TextRegion>",
            coords(0, 300),
            coords(0, 300)
        ))
    };
    let words = word("红岩", 0, 100) + &word("精神", 200, 300);
    let own = |text: &str, more: &str| format!("<TextEquiv {more}><Unicode>{text}</Unicode></TextEquiv>");
    let corrected = own("红色精神", "index='1'") + &own("红岩 魂", "index='0'");
    assert_eq!(texts(&line(words.clone() + &own("红岩精神", ""))), ["红岩精神"]);
    assert_eq!(lines(&line(words.clone() + &corrected))[0].raw, "红岩 魂");
    let said = lines(&line(words));
    assert_eq!((said[0].raw.as_str(), said[0].confidence), ("红岩 精神", Some(128.0 / 255.0)));
}

#[test]
fn a_region_without_lines_gives_the_lines_of_its_text() {
    let text = page_xml(
        "<TextRegion id='r'><Coords points='0,0 400,0 400,200 0,200'/><TextEquiv><PlainText>x</PlainText><Unicode>红岩精神\n永放光芒</Unicode></TextEquiv></TextRegion>",
    );
    let lines = lines(&text);
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["红岩精神", "永放光芒"]);
    assert!(lines[1].bbox.unwrap().top() > lines[0].bbox.unwrap().top());
}

#[test]
fn lines_from_top_to_bottom_stand_upright() {
    let text = page_xml(
        "<TextRegion id='r' readingDirection='top-to-bottom' textLineOrder='right-to-left'>\
         <TextLine id='a'><Coords points='500,0 550,0 550,400 500,400'/><TextEquiv><Unicode>中共重慶市委黨史</Unicode></TextEquiv></TextLine>\
         <TextLine id='b'><Coords points='400,0 450,0 450,400 400,400'/><TextEquiv><Unicode>研究室召開座談會</Unicode></TextEquiv></TextLine></TextRegion>",
    );
    for (line, text) in lines(&text).iter().zip(["中共重慶市委黨史", "研究室召開座談會"]) {
        assert_eq!(line.text, text);
        assert!(line.placement.unwrap().vertical && (line.size_pt.unwrap() - 12.0).abs() < 0.1);
    }
    // Without a word of it, the shape of the box tells.
    let text = text.replace(" readingDirection='top-to-bottom' textLineOrder='right-to-left'", "");
    assert!(lines(&text).iter().all(|line| line.placement.unwrap().vertical));
}

#[test]
fn hocr_reads_words_characters_and_bare_text() {
    let words = hocr(
        "<div class=ocr_carea title='bbox 0 0 900 500'><p class='ocr_par'><span class='ocr_line' title='bbox 0 0 500 50; baseline 0 -8'>\
         <span class='ocrx_word' title='bbox 0 0 200 50; x_wconf 90'><strong>党史</strong></span> \
         <span class='ocrx_word' title='bbox 250 0 500 50; x_wconf 70'>A&amp;B&nbsp;</span></span>\
         <span class='ocr_header' title='bbox 0 100 100 150'>简<br>报</span></p></div><p title='bbox 0 200 100 250'>页脚</p>",
    );
    let lines = lines(&words);
    let found: Vec<_> = lines.iter().map(|line| line.raw.as_str()).collect();
    assert_eq!(found, ["党史 A&B", "简 报", "页脚"]);
    assert!((lines[0].confidence.unwrap() - 0.78).abs() < 0.01, "{:?}", lines[0].confidence);
    let characters = hocr(
        "<span class='ocrx_line' title='bbox 0 0 500 50'><span class='ocrx_word' title='bbox 0 0 100 50; x_wconf 20'>\
         <span class='ocrx_cinfo' title='x_bboxes 0 0 40 50; x_conf 99.5'>党</span>
 <span class='ocrx_cinfo' title='x_bboxes 50 0 90 50; x_conf 97.5'>史</span>\
         </span></span>",
    );
    assert_eq!(crate::lines(&characters)[0].raw, "党史");
    assert!((crate::lines(&characters)[0].confidence.unwrap() - 0.985).abs() < 0.01);
}

#[test]
fn words_without_lines_are_put_into_lines_by_place() {
    let words = hocr(
        "<span class='ocrx_word' title='bbox 100 300 300 350'>二线</span><span class='ocrx_word' title='bbox 300 200 500 250'>后半</span>\
         <span class='ocrx_word' title='bbox 100 200 300 250'>前半</span>",
    );
    assert_eq!(texts(&words), ["前半后半", "二线"]);
}

#[test]
fn order_within_a_line_is_that_of_the_file_whatever_the_boxes() {
    let text = hocr(
        "<span class='ocr_line' title='bbox 0 0 600 50'><span class='ocrx_word' title='bbox 400 0 600 50'>从右</span>\
         <span class='ocrx_word' title='bbox 200 0 400 50'>到左</span><span class='ocrx_word' title='bbox 0 0 200 50'>排印</span></span>",
    );
    assert_eq!(texts(&text), ["从右到左排印"]);
}

#[test]
fn marks_with_little_ink_make_no_blank() {
    let text = hocr(
        "<span class='ocr_line' title='bbox 0 0 400 50'><span class='ocrx_word' title='bbox 0 0 50 50'>党</span>\
         <span class='ocrx_word' title='bbox 50 35 62 50'>。</span><span class='ocrx_word' title='bbox 140 0 150 20'>“</span>\
         <span class='ocrx_word' title='bbox 150 0 200 50'>史</span></span>",
    );
    assert_eq!(texts(&text), ["党。“史"]);
}

#[test]
fn damage_keeps_what_was_read_before_it() {
    let line = "<TextBlock ID='b'><TextLine HPOS='0' VPOS='0' WIDTH='100' HEIGHT='50'><String CONTENT='党史'/></TextLine></TextBlock>";
    let text = alto("", &format!("<PrintSpace>{line}</PrintSpace></Page><Page ID='q'><PrintSpace>{line}"));
    let cut = text.split("</Layout>").next().unwrap().strip_suffix("</Page>").unwrap();
    let file = file(cut.as_bytes());
    assert_eq!((file.pages.len(), file.pages[0].incomplete, file.pages[1].incomplete), (2, false, true));
    assert_eq!(file.lost.unwrap().code, "damaged-xml");
    assert_eq!(read(b"<alto><Layout><Page>", |_| ()).unwrap_err().code(), "damaged-xml");
    assert_eq!(read(b"<alto></alto>", |_| ()).unwrap_err().code(), "no-pages");
    let empty = read(alto("", "").as_bytes(), |_| ()).unwrap();
    assert_eq!((empty.pages[0].class, empty.diagnostics[0].code), (PageClass::Empty, Code::EmptyPage));
}

#[test]
fn limits_hold() {
    let string = format!("<String CONTENT='{}'/>", "党".repeat(1000));
    let line = format!("<TextBlock ID='b'><TextLine>{string}</TextLine></TextBlock>");
    let file = file(alto("", &format!("<PrintSpace>{}</PrintSpace>", line.repeat(501))).as_bytes());
    assert_eq!(file.lost.unwrap().code, "limit-glyphs");
    let pages = "<Page/>".repeat(20_001);
    let file = read(format!("<alto><Layout>{pages}</Layout></alto>").as_bytes(), |_| ()).unwrap();
    assert_eq!((file.pages.len(), &*file.lost.unwrap().code), (20_000, "limit-pages"));
}

#[test]
fn pixels_are_points_at_a_sensible_resolution() {
    let sized = |width: u32, height: u32| {
        let text = alto("<MeasurementUnit>pixel</MeasurementUnit>", "").replace("2480", &width.to_string());
        read(text.replace("3508", &height.to_string()).as_bytes(), |_| ()).unwrap().pages[0].size
    };
    let near =
        |found: (f32, f32), wanted: (f32, f32)| (found.0 - wanted.0).abs() < 1.0 && (found.1 - wanted.1).abs() < 1.0;
    assert!(near(sized(2480, 3508), (595.2, 841.9)));
    assert!(near(sized(620, 877), (595.2, 841.9)));
    assert!(near(sized(12400, 17540), (595.2, 841.9)));
    assert_eq!(sized(0, 0), (0.0, 0.0));
}
