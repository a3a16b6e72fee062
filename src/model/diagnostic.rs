//! Remarks about places in a document. A code is named for the problem and stays the same between versions.

use serde::{Deserialize, Serialize};

/// A remark about a place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What the problem is.
    pub code: Code,
    /// 1-based page it is about, where it is about no line.
    pub page: Option<u32>,
    /// 1-based line it is about.
    pub line: Option<u32>,
    /// 1-based ordinal of the item it touches.
    pub item: Option<u32>,
    /// One sentence for a person, with what to do where there is something to do.
    pub message: String,
    /// The rule that found it.
    pub rule: Option<String>,
}

/// How much a remark matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing to do.
    Info,
    /// Worth a look.
    Warning,
    /// Something could not be read.
    Error,
}

impl Severity {
    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// What a remark is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The stable kebab-case word written in the dataset.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// The characters of the output do not account for those of the source.
    ConservationBroken = "conservation-broken", Error;
    /// The picture of a page cannot be decoded.
    DamagedImage = "damaged-image", Error;
    /// A page of which something is not in the file.
    DamagedPage = "damaged-page", Error;
    /// The structure of a PDF file is broken; pages were saved from it.
    DamagedPdf = "damaged-pdf", Error;
    /// A file of recognised pages that breaks off or breaks the rules of XML.
    DamagedXml = "damaged-xml", Error;
    /// A join whose evidence is nearly even.
    DoubtfulJoin = "doubtful-join", Warning;
    /// A page whose recognised characters are not certain on the mean.
    DoubtfulRecognition = "doubtful-recognition", Warning;
    /// A page without text and picture.
    EmptyPage = "empty-page", Info;
    /// The encoding was guessed from the bytes, which are valid in several.
    EncodingGuessed = "encoding-guessed", Info;
    /// A page whose fonts do not say which characters it prints.
    GarbledPage = "garbled-page", Warning;
    /// A page that is a file of its own.
    GroupedPage = "grouped-page", Info;
    /// A headline that the contents list does not name.
    HeadlineNotInToc = "headline-not-in-toc", Warning;
    /// A page whose text is a hidden layer over its picture.
    HiddenTextLayer = "hidden-text-layer", Info;
    /// A hidden layer was replaced by what was recognised.
    HiddenTextReplaced = "hidden-text-replaced", Info;
    /// A page that is a picture without text.
    ImageOnlyPage = "image-only-page", Warning;
    /// A date that no calendar has.
    ImpossibleDate = "impossible-date", Warning;
    /// All pages together decode to more than one file may.
    LimitDocumentBytes = "limit-document-bytes", Error;
    /// All pages together have more operators than one file may.
    LimitDocumentOperators = "limit-document-operators", Error;
    /// The document took longer than one may.
    LimitDocumentSeconds = "limit-document-seconds", Error;
    /// Forms inside forms inside forms.
    LimitFormDepth = "limit-form-depth", Error;
    /// A page paints more characters than one page may.
    LimitGlyphs = "limit-glyphs", Error;
    /// The document needed more memory than one may.
    LimitMemory = "limit-memory", Error;
    /// A page has more operators than one page may.
    LimitOperators = "limit-operators", Error;
    /// A picture decodes to more than one may.
    LimitPictureBytes = "limit-picture-bytes", Error;
    /// A picture has more pixels than one may have.
    LimitPixels = "limit-pixels", Error;
    /// A page decodes to more than one page may.
    LimitPageBytes = "limit-page-bytes", Error;
    /// A page took longer than one may.
    LimitPageSeconds = "limit-page-seconds", Error;
    /// The program met a case it was not made for.
    InternalError = "internal-error", Error;
    /// More pages than one file may have.
    LimitPages = "limit-pages", Error;
    /// A stream decodes to more than one stream may.
    LimitStreamBytes = "limit-stream-bytes", Error;
    /// A font lists more characters than one font may.
    LimitToUnicode = "limit-to-unicode", Error;
    /// The names of the files that are the pages of a document leave numbers out.
    MissingPageFiles = "missing-page-files", Warning;
    /// Nothing that reads as an item.
    NoItems = "no-items", Warning;
    /// Recognition of a page failed.
    OcrFailed = "ocr-failed", Error;
    /// A page needs recognition, and the networks are not there.
    OcrModelsMissing = "ocr-models-missing", Warning;
    /// Characters of a recognised line were put as printed; `lines.text_raw` has what was read.
    OcrRepair = "ocr-repair", Info;
    /// A person has decided something about this place.
    Overridden = "overridden", Info;
    /// The structure of a PDF file was broken and could be mended.
    RepairedPdf = "repaired-pdf", Info;
    /// What a person has decided could not be kept to: the text it was decided about is not there.
    StaleOverride = "stale-override", Warning;
    /// An entry of the contents list and its headline are worded differently.
    TocWordingDiffers = "toc-wording-differs", Info;
    /// An entry of the contents list without an item.
    TocEntryWithoutItem = "toc-entry-without-item", Warning;
    /// Characters that belong to no item and no known part of the issue.
    UnassignedText = "unassigned-text", Warning;
    /// Quotation marks or brackets that do not pair inside a paragraph.
    UnbalancedQuotes = "unbalanced-quotes", Info;
    /// A page lies on its side or head on its picture.
    TurnedPage = "turned-page", Info;
    /// The file of a page cannot be read.
    UnreadableFile = "unreadable-file", Error;
    /// The picture of a page is coded in a way that is not read.
    UnsupportedImage = "unsupported-image", Error;
    /// Characters that the fonts of a page do not tell.
    UnmappedCharacters = "unmapped-characters", Warning;
    /// Bytes that are not text in the file's encoding.
    UndecodableBytes = "undecodable-bytes", Error;
    /// The program that extracted the document gave up on it.
    WorkerAborted = "worker-aborted", Error;
    /// The program that extracted the document was stopped by the system for a fault.
    WorkerCrashed = "worker-crashed", Error;
    /// The program that extracted the document ended before it was done.
    WorkerExited = "worker-exited", Error;
    /// The program that extracted the document answered with something else.
    WorkerGarbled = "worker-garbled", Error;
    /// The program that extracted the document did nothing for as long as a page may take.
    WorkerHung = "worker-hung", Error;
    /// The program that extracted the document was stopped by something else than this program.
    WorkerKilled = "worker-killed", Error;
    /// The document is nested so deep that the program that extracted it ran out of stack.
    WorkerStackOverflow = "worker-stack-overflow", Error;
}
