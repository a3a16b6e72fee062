//! Thousands of damaged copies of small files: any of them gets an answer, none a panic.

use std::panic::catch_unwind;

use jianbao::model::{Format, Source, Status};
use jianbao::pipeline::{Extractor, process};
use jianbao::rules::RuleSet;

/// Copies of each file.
const COPIES: u64 = 1_500;

/// What means something in markup, and numbers it does not expect.
#[rustfmt::skip]
const TOKENS: &[&[u8]] = &[
    b"<", b">", b"/>", b"</", b"'", b"\"", b"&", b"&#x110000;", b"&nbsp;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"<!",
    b"<!DOCTYPE a [", b"<Page>", b"</Page>", b"<TextLine>", b"</TextLine>", b"<String/>", b"<SP/>", b"<Word>", b"<Glyph>",
    b"<TextRegion>", b"<OrderedGroup>", b"</OrderedGroup>", b"<div class='ocr_page'>", b"<span class='ocrx_word'>", b"<br>",
    b"bbox 0 0 0 0", b"-1", b"0", b"1e9", b"99999999999999999999", b"nan", b"inf", b"-0.0001", b"\0", b"\xff", b"\xff\xfe",
    b"x_bboxes 1 2 3 4", b"textangle 90", b"scan_res 0", "　党".as_bytes(), b" ",
];

const FILES: [&str; 3] = [
    "<?xml version='1.0' encoding='UTF-8'?><alto><Description><MeasurementUnit>mm10</MeasurementUnit></Description><Styles>\
     <TextStyle ID='s' FONTSIZE='12'/></Styles><ReadingOrder><OrderedGroup ID='g'><ElementRef REF='b'/></OrderedGroup></ReadingOrder>\
     <Layout><Page WIDTH='2100' HEIGHT='2970'><BottomMargin><TextBlock ID='m'><TextLine HPOS='1' VPOS='2800' WIDTH='50' HEIGHT='40'>\
     <String CONTENT='2'/></TextLine></TextBlock></BottomMargin><PrintSpace><TextBlock ID='b' STYLEREFS='s'>\
     <TextLine HPOS='200' VPOS='300' WIDTH='900' HEIGHT='42'><String CONTENT='党史' HPOS='200' VPOS='300' WIDTH='80' HEIGHT='42' WC='0.9' CC='09'>\
     <Glyph CONTENT='党' HPOS='200' VPOS='300' WIDTH='40' HEIGHT='42' GC='.5'/></String><SP HPOS='280'/>\
     <String CONTENT='工作简报第一期总第八期' HPOS='300' VPOS='300' WIDTH='420' HEIGHT='42'/><HYP CONTENT='-'/></TextLine>\
     <TextLine HPOS='1200' VPOS='300' WIDTH='42' HEIGHT='800'><String CONTENT='从上到下的一行'/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>",
    "<?xml version='1.0'?><PcGts><Page imageWidth='2480' imageHeight='3508'><ReadingOrder><OrderedGroup id='g'>\
     <RegionRefIndexed index='0' regionRef='r'/></OrderedGroup></ReadingOrder><TextRegion id='r' readingDirection='top-to-bottom'>\
     <Coords points='0,0 90,0 90,90'/><TextLine id='l'><Coords points='0,0 900,0 900,50 0,50'/><Word id='w'><Coords points='0,0 90,50'/>\
     <Glyph><Coords><Point x='0' y='0'/></Coords><TextEquiv conf='.5'><Unicode>党</Unicode></TextEquiv></Glyph>\
     <TextEquiv index='1'><Unicode>党</Unicode></TextEquiv></Word><TextEquiv><Unicode>党 史</Unicode></TextEquiv></TextLine></TextRegion>\
     <TextRegion id='q'><Coords points='0,100 90,300'/><TextEquiv><Unicode>一\n二</Unicode></TextEquiv></TextRegion></Page></PcGts>",
    "<!DOCTYPE html><html><head><meta charset=utf-8><meta name='ocr-system' content='eye'></head><body>\
     <div class='ocr_page' title='bbox 0 0 2480 3508; scan_res 300 300'><div class='ocr_carea' title='bbox 0 0 900 900'><p class='ocr_par'>\
     <span class='ocr_line' title='bbox 0 0 900 50; textangle 270'><span class='ocrx_word' title='bbox 0 0 100 50; x_wconf 90; x_confs 1 2'>\
     <span class='ocrx_cinfo' title='x_bboxes 0 0 50 50; x_conf 9'>党</span>史</span> <em>公报</em></span><br>其余</div>\
     <span class='ocrx_word' title='bbox 5 5 9 9'>散</span></div></body></html>",
];

/// A small generator of numbers (xorshift), the same sequence for the same seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if end == 0 { 0 } else { (self.0 >> 11) as usize % end }
    }
}

fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(bytes.len());
    let end = (at + 1 + numbers.below(60)).min(bytes.len());
    match numbers.below(6) {
        _ if bytes.is_empty() => {}
        0 => bytes[at] ^= 1 << numbers.below(8),
        1 => drop(bytes.drain(at..end)),
        2 => {
            let again = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len());
            bytes.splice(to..to, again);
        }
        3 => bytes.truncate(at),
        4 => {
            // Another number in the place of the first one behind `at`.
            let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|step| at + step) else { return };
            let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let token = TOKENS[30 + numbers.below(8)];
            bytes.splice(start..start + digits, token.iter().copied());
        }
        _ => {
            let token = TOKENS[numbers.below(TOKENS.len())];
            bytes.splice(at..at, token.iter().copied());
        }
    }
}

#[test]
fn damaged_copies_get_an_answer() {
    let rules = RuleSet::builtin();
    let mut kept = 0;
    for (place, file) in FILES.iter().enumerate() {
        for copy in 0..COPIES {
            let mut numbers = Numbers((place as u64 * COPIES + copy + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
            let mut bytes = file.as_bytes().to_vec();
            for _ in 0..numbers.below(5) {
                damage(&mut bytes, &mut numbers);
            }
            let source =
                Source { path: "1.xml".into(), sha256: String::new(), bytes: bytes.len() as u64, format: Format::Alto };
            let document = catch_unwind(|| process(source, &bytes, &rules, &Extractor::without_ocr()))
                .unwrap_or_else(|_| panic!("copy {copy} of file {place}: {}", String::from_utf8_lossy(&bytes)));
            let chars = document.chars;
            assert_eq!(chars.total, chars.items + chars.structure + chars.furniture + chars.unassigned);
            let finite = |line: &jianbao::model::TextLine| line.size_pt.is_some_and(f32::is_finite);
            assert!(document.lines.iter().all(finite), "copy {copy} of file {place}");
            kept += usize::from(!matches!(document.status, Status::Failed(_)));
        }
    }
    assert!(kept > 1_000, "{kept}");
}
