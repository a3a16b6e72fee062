//! Files of a few bytes that ask for gigabytes: each is refused, with its code, before anything is held for it.

use std::io::Write as _;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jianbao::read::pdf;
use jianbao::read::picture::{PictureFile, PictureLimits};

/// Beyond this something was decoded that should not have been.
const SOON: Duration = Duration::from_secs(60);

fn deflated_zeros(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; 1 << 20];
    for _ in 0..count >> 20 {
        encoder.write_all(&block).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it")
}

/// What `answer` says, if it says so soon.
fn soon(answer: impl FnOnce() -> &'static str + Send + 'static) -> &'static str {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(answer()));
    receiver.recv_timeout(SOON).expect("an answer")
}

fn code_of(bytes: &[u8]) -> &'static str {
    let bytes = bytes.to_vec();
    soon(move || match PictureFile::open(&bytes, &PictureLimits::default()) {
        Ok(file) => file.page(0).map_or_else(|error| error.code(), |_| "read"),
        Err(error) => error.code(),
    })
}

fn png(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend_from_slice(&[8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", head.as_slice()), (b"IDAT", data), (b"IEND", b"")] {
        bytes.extend_from_slice(&(data.len() as u32).to_be_bytes());
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(data);
        // Checksums are not looked at.
        bytes.extend_from_slice(&[0; 4]);
    }
    bytes
}

/// A TIFF file of one page with its data behind the tags.
fn tiff(tags: &[(u16, u32)], data: &[u8]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let place = 8 + 2 + (tags.len() + 2) * 12 + 4;
    let more = [(273, place as u32), (279, data.len() as u32)];
    let mut all: Vec<(u16, u32)> = tags.iter().copied().chain(more).collect();
    all.sort_unstable();
    bytes.extend_from_slice(&(all.len() as u16).to_le_bytes());
    for (tag, value) in all {
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&4u16.to_le_bytes());
        bytes.extend_from_slice(&1u32.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(data);
    bytes
}

#[test]
fn sizes_beyond_reason_are_refused_from_the_head() {
    assert_eq!(code_of(&png(40_000, 40_000, b"")), "limit-pixels");
    assert_eq!(code_of(&png(u32::MAX >> 1, u32::MAX >> 1, b"")), "limit-pixels");
    assert_eq!(code_of(&tiff(&[(256, 40_000), (257, 40_000), (258, 8), (262, 1)], b"")), "limit-pixels");
    assert_eq!(code_of(&tiff(&[(256, u32::MAX), (257, u32::MAX), (258, 1), (259, 4), (262, 0)], b"")), "limit-pixels");
    let jpeg = b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\0\xff\xd9";
    assert_eq!(code_of(jpeg), "limit-pixels");
    let mut bmp = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bmp.extend_from_slice(&[40_000u32.to_le_bytes(), 40_000u32.to_le_bytes()].concat());
    bmp.extend_from_slice(&[1, 0, 24, 0]);
    bmp.extend_from_slice(&[0; 24]);
    assert_eq!(code_of(&bmp), "limit-pixels");
}

#[test]
fn a_newspaper_page_is_not_refused() {
    // A2 at 400 dpi.
    assert_eq!(code_of(&png(6614, 9354, &deflated_zeros(63 << 20))), "read");
}

#[test]
fn pictures_of_nothing_are_damaged() {
    assert_eq!(code_of(&png(9_000, 9_000, b"")), "damaged-image");
    let g4 = tiff(&[(256, 1728), (257, 50_000), (258, 1), (259, 4), (262, 0)], &[0x00, 0x10, 0x01]);
    assert_eq!(code_of(&g4), "damaged-image");
    let g3 = tiff(&[(256, 1728), (257, 50_000), (258, 1), (259, 3), (262, 0)], &[0x55; 64]);
    assert_eq!(code_of(&g3), "damaged-image");
}

#[test]
fn more_pages_than_a_file_may_have_are_cut() {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for page in 0..30_000u32 {
        // A directory without entries, and where the next one is.
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(&(8 + 6 * (page + 1)).to_le_bytes());
    }
    bytes.extend_from_slice(&[0; 6]);
    let file = PictureFile::open(&bytes, &PictureLimits::default()).expect("a file of pages");
    assert_eq!((file.pages(), file.is_cut()), (20_000, true));
}

/// A PDF file of one page that paints the picture with `entries` and `data`.
fn pdf_file(entries: &str, data: &[u8], content: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n".to_vec();
    bytes.extend_from_slice(b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
    bytes.extend_from_slice(b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R");
    bytes.extend_from_slice(b"/Resources<</XObject<</Im0 5 0 R>>>>>>\nendobj\n");
    let dict = format!("/Type/XObject/Subtype/Image{entries}");
    for (number, entries, data) in [(4, "", content.as_bytes()), (5, dict.as_str(), data)] {
        let head = format!("{number} 0 obj\n<<{entries}/Length {}>>\nstream\n", data.len());
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }
    bytes.extend_from_slice(b"trailer\n<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n");
    bytes
}

fn code_of_pdf(entries: &str, data: &[u8], content: &str) -> &'static str {
    let bytes = pdf_file(entries, data, content);
    soon(move || {
        let limits = PictureLimits::default();
        let file = pdf::read(&bytes, &pdf::Limits::default(), |_| false, |_, paper| paper.picture(&limits))
            .expect("a PDF file");
        file.pages[0].made.as_ref().map_or_else(|error| error.code(), |_| "read")
    })
}

const WHOLE: &str = "q 595 0 0 842 0 0 cm /Im0 Do Q";

/// The same with a line across it, so that the page must be drawn.
const DRAWN: &str = "q 595 0 0 842 0 0 cm /Im0 Do Q 0 0 m 99 99 l S";

#[test]
fn pictures_in_pdf_files_are_held_to_the_same_limits() {
    let grey = "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode";
    let zeros = deflated_zeros(1 << 30);
    for content in [WHOLE, DRAWN] {
        let huge = format!("/Width 40000/Height 40000{grey}");
        assert_eq!(code_of_pdf(&huge, &zeros, content), "limit-pixels");
    }
    let fax = "/Width 40000/Height 40000/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode\
               /DecodeParms<</K -1/Columns 40000/Rows 40000>>";
    assert_eq!(code_of_pdf(fax, &[0x00; 64], WHOLE), "limit-pixels");
    let mut page = [0u32.to_be_bytes().as_slice(), &[48, 0, 1], &19u32.to_be_bytes()].concat();
    page.extend_from_slice(&[40_000u32.to_be_bytes(), 40_000u32.to_be_bytes(), [0; 4], [0; 4]].concat());
    page.extend_from_slice(&[0; 3]);
    let jbig2 = "/Width 100/Height 100/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode";
    for content in [WHOLE, DRAWN] {
        assert_eq!(code_of_pdf(jbig2, &page, content), "limit-pixels");
    }
    // More data than a picture of this size has.
    assert_eq!(code_of_pdf(&format!("/Width 100/Height 100{grey}"), &zeros, WHOLE), "read");
    assert_ne!(code_of_pdf(&format!("/Width 100/Height 100{grey}"), &zeros, DRAWN), "");
}
