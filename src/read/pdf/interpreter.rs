//! The operators of a page's content → glyphs, pictures and rulings. What paints nothing that is read is skipped.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream};

use super::budget::{Budget, Excess};
use super::file::PageSource;
use super::font::{Font, Shown, Text};
use super::fonts::Fonts;
use super::lexer::{Lexer, Token};
use super::marked::Marks;
use super::matrix::Matrix;
use super::objects::{Objects, as_dict, as_name, as_number};
use super::operands::{Operand, Operands};
use super::optional::OptionalContent;
use super::paths::Paths;
use super::placed::Placed;
use super::state::{Pen, State};
use crate::model::{Face, Glyph, Rect};

/// What all pages of a file share.
pub(super) struct Shared<'a> {
    pub(super) objects: &'a Objects,
    pub(super) fonts: Fonts<'a>,
    pub(super) optional: OptionalContent,
}

/// What a page paints.
#[derive(Default)]
pub(super) struct Painted<'a> {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) faces: Vec<Face>,
    pub(super) images: Vec<Rect>,
    pub(super) rulings: Vec<Rect>,
    /// How many paths were filled or stroked: letters may be drawn so.
    pub(super) paths: usize,
    /// The same pictures, with what they are painted from.
    pub(super) placed: Placed<'a>,
    pub(super) budget: Budget,
}

/// The glyphs, pictures and rulings of `page`, in its frame as displayed.
pub(super) fn paint<'a>(shared: &Shared<'a>, page: &PageSource<'a>) -> Painted<'a> {
    let mut interpreter = Interpreter::new(shared);
    if page.missing {
        interpreter.painted.budget.exceed(Excess::MissingContent);
        return interpreter.finish();
    }
    let content = interpreter.page_content(page.dict);
    // A glyph takes at least four bytes of content, and most of the rest is not text.
    interpreter.painted.glyphs.reserve((content.len() / 8).min(4096));
    let state = State::new(page.frame);
    interpreter.run(&content, page.resources, state, 0);
    interpreter.annotations(page.dict, &state);
    interpreter.finish()
}

struct Interpreter<'a, 's> {
    shared: &'s Shared<'a>,
    objects: &'a Objects,
    fonts: Vec<Arc<Font>>,
    /// Fonts by the address of their dictionary, which stays where it is.
    known_fonts: Vec<(usize, u16)>,
    /// Fonts by the address of the resources and the name in them, as the content writes it: some pages change fonts at
    /// every other glyph.
    named_fonts: HashMap<(usize, u64), Option<u16>>,
    /// Decoded forms of this page by the address of their stream.
    forms: Vec<(usize, Rc<Vec<u8>>)>,
    painted: Painted<'a>,
    marks: Marks,
}

/// Annotations read on one page.
const MOST_ANNOTATIONS: usize = 5000;

/// Saved states on top of each other.
const MOST_STATES: usize = 512;

impl<'a, 's> Interpreter<'a, 's> {
    fn new(shared: &'s Shared<'a>) -> Self {
        let budget = Budget::new(&shared.objects.limits);
        Self {
            shared,
            objects: shared.objects,
            fonts: Vec::new(),
            known_fonts: Vec::new(),
            named_fonts: HashMap::new(),
            forms: Vec::new(),
            painted: Painted { budget, ..Painted::default() },
            marks: Marks::default(),
        }
    }

    fn finish(self) -> Painted<'a> {
        let faces = self.fonts.iter().map(|font| font.face.clone()).collect();
        Painted { faces, ..self.painted }
    }

    /// All content streams of a page as one: an operator may stand on the border of two.
    fn page_content(&mut self, page: &Dictionary) -> Vec<u8> {
        let mut content = Vec::new();
        let parts: Vec<&Stream> = match self.objects.get(page, b"Contents") {
            Object::Stream(stream) => vec![stream],
            Object::Array(parts) => {
                let streams = parts.iter().filter_map(|part| match self.objects.follow(part) {
                    Object::Stream(stream) => Some(stream),
                    _ => None,
                });
                let streams: Vec<&Stream> = streams.collect();
                if streams.len() < parts.len() {
                    self.painted.budget.exceed(Excess::MissingContent);
                }
                streams
            }
            _ => {
                if page.has(b"Contents") {
                    self.painted.budget.exceed(Excess::MissingContent);
                }
                Vec::new()
            }
        };
        for part in parts {
            if self.painted.budget.is_spent() {
                self.painted.budget.exceed(Excess::PageBytes);
                break;
            }
            let bytes = self.decoded(part);
            if content.is_empty() {
                content = bytes;
            } else {
                content.push(b'\n');
                content.extend_from_slice(&bytes);
            }
        }
        content
    }

    /// Decodes a content stream and books its bytes.
    fn decoded(&mut self, stream: &Stream) -> Vec<u8> {
        let mut decoded = self.objects.decoded(stream);
        if decoded.cut {
            self.painted.budget.exceed(Excess::StreamBytes);
        }
        if decoded.damaged {
            self.painted.budget.exceed(Excess::DamagedContent);
        }
        decoded.bytes.truncate(self.painted.budget.take_bytes(decoded.bytes.len()));
        decoded.bytes
    }

    fn run(&mut self, content: &[u8], resources: Option<&'a Dictionary>, state: State, depth: usize) {
        let mut lexer = Lexer::new(content);
        let mut operands = Operands::default();
        let mut program = Program { state, saved: Vec::new(), pen: Pen::START, paths: Paths::default() };
        while let Some(token) = lexer.next() {
            match token {
                Token::Number(number) => operands.push(Operand::Number(number)),
                Token::Name(name) => operands.push(Operand::Name(name)),
                Token::String(span) => operands.push(Operand::String(span)),
                Token::ArrayStart | Token::DictStart => operands.open(),
                Token::ArrayEnd | Token::DictEnd => operands.close(),
                Token::Word(b"true" | b"false" | b"null") => operands.push(Operand::Other),
                Token::Word(operator) => {
                    if !self.painted.budget.take_operator() {
                        return;
                    }
                    // Some producers set the state of text inside the array of `TJ`; it is lost there.
                    if operands.depth > 0 && matches!(operator, b"Tc" | b"Tw" | b"Tz" | b"TL" | b"Ts" | b"Tr") {
                        continue;
                    }
                    // Any other operator inside an array means that the array was never closed.
                    while operands.depth > 0 {
                        operands.close();
                    }
                    self.execute(operator, &operands, &mut lexer, &mut program, (resources, depth));
                    operands.clear();
                    lexer.forget_strings();
                }
            }
        }
    }

    fn execute(
        &mut self,
        operator: &[u8],
        operands: &Operands,
        lexer: &mut Lexer,
        program: &mut Program,
        (resources, depth): (Option<&'a Dictionary>, usize),
    ) {
        let Program { state, saved, pen, paths } = program;
        match operator {
            b"Tj" => self.show_operand(operands, lexer, state, pen),
            b"TJ" => self.show_array(operands, lexer, state, pen),
            b"Td" => pen.next_line(operands.number(0), operands.number(1)),
            b"TD" => {
                state.leading = -operands.number(1);
                pen.next_line(operands.number(0), operands.number(1));
            }
            b"Tm" => {
                pen.line = Matrix(operands.numbers());
                pen.text = pen.line;
            }
            b"T*" => pen.next_line(0.0, -state.leading),
            b"'" => {
                pen.next_line(0.0, -state.leading);
                self.show_operand(operands, lexer, state, pen);
            }
            b"\"" => {
                (state.word_space, state.char_space) = (operands.number(0), operands.number(1));
                pen.next_line(0.0, -state.leading);
                self.show_operand(operands, lexer, state, pen);
            }
            b"Tf" => {
                state.font = operands.name(0).and_then(|name| self.font(resources, name));
                state.size = operands.number(1);
            }
            b"BT" => *pen = Pen::START,
            b"Tc" => state.char_space = operands.number(0),
            b"Tw" => state.word_space = operands.number(0),
            b"Tz" => state.stretch = operands.number(0) / 100.0,
            b"TL" => state.leading = operands.number(0),
            b"Ts" => state.rise = operands.number(0),
            b"Tr" => state.mode = operands.number(0) as u8,
            b"q" if saved.len() < MOST_STATES => saved.push(*state),
            b"Q" => *state = saved.pop().unwrap_or(*state),
            b"cm" => state.frame = Matrix(operands.numbers()).then(&state.frame),
            b"Do" => {
                if let Some(Operand::Name(name)) = operands.list.last() {
                    self.paint_object(name, resources, state, depth);
                }
            }
            b"gs" => {
                if let Some(name) = operands.name(0) {
                    self.graphics_state(resources, name, state);
                }
            }
            b"BMC" => self.marks.begin(None, false, self.painted.glyphs.len()),
            b"BDC" => self.begin_marked(operands, lexer, resources),
            b"EMC" => self.marks.end(&mut self.painted.glyphs),
            b"ID" => {
                self.painted.images.extend(state.frame.rect([0.0, 0.0, 1.0, 1.0]));
                self.painted.placed.push_inline();
                lexer.skip_inline_image();
            }
            b"g" | b"rg" | b"k" => {
                state.is_tint = false;
                state.ink = operands.ink(false);
            }
            b"cs" => {
                state.is_tint = operands.name(0).is_some_and(|name| self.is_tint(resources, name));
                state.ink = Some([0; 3]);
            }
            b"sc" | b"scn" => state.ink = operands.ink(state.is_tint),
            b"W" | b"W*" => paths.clip(),
            b"sh" => self.painted.placed.draw(1),
            b"re" => paths.rectangle(operands.numbers(), &state.frame),
            b"m" => paths.start(operands.numbers(), &state.frame),
            b"l" => paths.line(operands.numbers(), &state.frame),
            b"c" | b"v" | b"y" => paths.curve(),
            b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => {
                self.painted.paths += 1;
                self.painted.placed.draw(1);
                if matches!(operator, b"s" | b"b" | b"b*") {
                    paths.close();
                }
                state.clip = paths.clipped(state.clip);
                paths.paint(!matches!(operator, b"f" | b"F" | b"f*"), &mut self.painted.rulings);
            }
            b"h" => paths.close(),
            b"n" => {
                state.clip = paths.clipped(state.clip);
                paths.forget();
            }
            _ => {}
        }
    }

    fn show_operand(&mut self, operands: &Operands, lexer: &Lexer, state: &State, pen: &mut Pen) {
        if let Some(span) = operands.string() {
            self.show(lexer.string(span), state, pen);
        }
    }

    fn show_array(&mut self, operands: &Operands, lexer: &Lexer, state: &State, pen: &mut Pen) {
        let vertical = state.font.is_some_and(|font| self.fonts[usize::from(font)].vertical);
        for element in operands.last_nested().unwrap_or_default() {
            match element {
                Operand::String(span) => self.show(lexer.string(*span), state, pen),
                Operand::Number(thousandths) => {
                    let shift = -thousandths / 1000.0 * state.size;
                    if vertical { pen.advance(0.0, shift) } else { pen.advance(shift * state.stretch, 0.0) }
                }
                _ => {}
            }
        }
    }

    /// Paints the glyphs of one string.
    fn show(&mut self, bytes: &[u8], state: &State, pen: &mut Pen) {
        if self.marks.hides() {
            return;
        }
        let Some(face) = state.font else {
            if !bytes.is_empty() {
                self.painted.budget.exceed(Excess::MissingFont);
            }
            return;
        };
        let font = &self.fonts[usize::from(face)];
        let vertical = font.vertical;
        // An em upwards, as displayed.
        let (up_x, up_y) = pen.text.distance(0.0, state.size);
        let (up_x, up_y) = state.frame.distance(up_x, up_y);
        let size = up_x.hypot(up_y);
        if !size.is_finite() {
            return;
        }
        let template = Glyph {
            c: None,
            x: 0.0,
            y: 0.0,
            dx: 0.0,
            dy: 0.0,
            size,
            face,
            vertical,
            invisible: state.mode == 3 || state.mode == 7,
            stroked: state.mode == 2 || state.mode == 6,
            confidence: None,
        };
        let Painted { glyphs, budget, placed, .. } = &mut self.painted;
        if !template.invisible {
            placed.write(bytes.len());
        }
        let replaced = self.marks.replaces();
        font.each(bytes, |Shown { text, width, word_space }| {
            let space = state.char_space + if word_space { state.word_space } else { 0.0 };
            let (width, step) = if vertical {
                ((0.0, -width * state.size), (0.0, -width * state.size - space))
            } else {
                let width = width * state.size;
                ((width * state.stretch, 0.0), ((width + space) * state.stretch, 0.0))
            };
            let (x, y) = pen.text.point(0.0, state.rise);
            let (x, y) = state.frame.point(x, y);
            let (dx, dy) = pen.text.distance(width.0, width.1);
            let (dx, dy) = state.frame.distance(dx, dy);
            pen.advance(step.0, step.1);
            if ![x, y, dx, dy].into_iter().all(f32::is_finite) || !budget.take_glyph() {
                return;
            }
            let glyph = Glyph { x, y, dx, dy, ..template };
            match text {
                Text::One(c) if c.is_control() && !replaced => {}
                Text::One(c) => glyphs.push(Glyph { c: Some(c), ..glyph }),
                Text::Unknown => glyphs.push(glyph),
                Text::Several(number) => divide(glyph, font.string(number), glyphs),
            }
        });
    }

    /// The font called `name`, by its index.
    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<u16> {
        let resources = resources?;
        let key = short(name).map(|name| (std::ptr::from_ref(resources).addr(), name));
        if let Some(known) = key.and_then(|key| self.named_fonts.get(&key)) {
            return *known;
        }
        let fonts = self.objects.dict(resources, b"Font");
        let dict = fonts.and_then(|fonts| entry(fonts, name)).and_then(|it| as_dict(self.objects.follow(it)));
        let font = dict.and_then(|dict| self.font_of(dict));
        if let Some(key) = key {
            self.named_fonts.insert(key, font);
        }
        font
    }

    fn font_of(&mut self, dict: &'a Dictionary) -> Option<u16> {
        let address = std::ptr::from_ref(dict).addr();
        if let Some((_, index)) = self.known_fonts.iter().find(|(known, _)| *known == address) {
            return Some(*index);
        }
        let index = u16::try_from(self.fonts.len()).ok()?;
        let font = self.shared.fonts.get(dict);
        if font.is_cut() {
            self.painted.budget.exceed(Excess::ToUnicode);
        }
        self.fonts.push(font);
        self.known_fonts.push((address, index));
        Some(index)
    }

    fn graphics_state(&mut self, resources: Option<&'a Dictionary>, name: &[u8], state: &mut State) {
        let states = resources.and_then(|resources| self.objects.dict(resources, b"ExtGState"));
        let Some(dict) =
            states.and_then(|states| entry(states, name)).map(|it| self.objects.follow(it)).and_then(as_dict)
        else {
            return;
        };
        state.is_opaque = self.is_opaque(dict, state.is_opaque);
        let mut font = self.objects.array(dict, b"Font");
        if let (Some(dict), Some(size)) = (font.next().and_then(as_dict), font.next().and_then(as_number)) {
            state.font = self.font_of(dict);
            state.size = size;
        }
    }

    /// Whether the numbers of the colour space `name` are amounts of ink.
    fn is_tint(&self, resources: Option<&'a Dictionary>, name: &[u8]) -> bool {
        let spaces = resources.and_then(|resources| self.objects.dict(resources, b"ColorSpace"));
        let space = spaces.and_then(|spaces| entry(spaces, name)).map(|space| self.objects.follow(space));
        let Some(Object::Array(parts)) = space else { return false };
        matches!(parts.first().and_then(as_name), Some(b"Separation" | b"DeviceN"))
    }

    /// Whether what is painted under the graphics state `dict` hides what was there, if it did `before`.
    fn is_opaque(&self, dict: &Dictionary, before: bool) -> bool {
        let has = |key: &[u8]| dict.has(key);
        if !(has(b"ca") || has(b"BM") || has(b"SMask")) {
            return before;
        }
        let solid = self.objects.number(dict, b"ca").is_none_or(|alpha| alpha >= 1.0);
        let normal = match self.objects.get(dict, b"BM") {
            Object::Array(modes) => modes.first().and_then(as_name),
            mode => as_name(mode),
        };
        let normal = normal.is_none_or(|mode| matches!(mode, b"Normal" | b"Compatible"));
        let unmasked = !matches!(self.objects.get(dict, b"SMask"), Object::Dictionary(_));
        solid && normal && unmasked
    }

    fn begin_marked(&mut self, operands: &Operands, lexer: &Lexer, resources: Option<&'a Dictionary>) {
        let property = |name: &[u8]| {
            resources.and_then(|resources| self.objects.dict(resources, b"Properties")).and_then(|all| entry(all, name))
        };
        let hidden = match (operands.name(0), operands.name(1)) {
            (Some(b"OC"), Some(layer)) => {
                property(layer).is_some_and(|layer| self.shared.optional.hides(self.objects, layer))
            }
            _ => false,
        };
        let painted = self.painted.glyphs.len();
        if let Some(elements) = operands.last_nested() {
            let text = elements.windows(2).find_map(|pair| match pair {
                [Operand::Name(b"ActualText"), Operand::String(span)] => Some(*span),
                _ => None,
            });
            self.marks.begin(text.map(|span| lexer.string(span)), hidden, painted);
            return;
        }
        let named = operands.name(1).and_then(property).map(|it| self.objects.follow(it)).and_then(as_dict);
        let text = match named.map(|dict| self.objects.get(dict, b"ActualText")) {
            Some(Object::String(bytes, _)) => Some(bytes.as_slice()),
            _ => None,
        };
        self.marks.begin(text, hidden, painted);
    }

    /// `Do`: a picture, or a form with content of its own.
    fn paint_object(&mut self, name: &[u8], resources: Option<&'a Dictionary>, state: &State, depth: usize) {
        let all = resources.and_then(|resources| self.objects.dict(resources, b"XObject"));
        let Some(object) = all.and_then(|all| entry(all, name)) else { return };
        let Object::Stream(stream) = self.objects.follow(object) else { return };
        let id = object.as_reference().ok();
        if self.marks.hides() || self.is_off(&stream.dict) {
            return;
        }
        match self.objects.name(&stream.dict, b"Subtype") {
            Some(b"Image") => {
                self.painted.images.extend(state.frame.rect([0.0, 0.0, 1.0, 1.0]));
                self.painted.placed.push(stream, id, state);
            }
            Some(b"Form") | None => self.paint_form(stream, resources, state, depth),
            _ => {}
        }
    }

    fn is_off(&self, dict: &Dictionary) -> bool {
        dict.get(b"OC").is_ok_and(|layer| self.shared.optional.hides(self.objects, layer))
    }

    fn paint_form(&mut self, form: &'a Stream, resources: Option<&'a Dictionary>, state: &State, depth: usize) {
        if depth >= self.objects.limits.form_depth {
            self.painted.budget.exceed(Excess::FormDepth);
            return;
        }
        if self.painted.budget.is_spent() {
            return;
        }
        let address = std::ptr::from_ref(form).addr();
        let content = match self.forms.iter().find(|(known, _)| *known == address) {
            Some((_, content)) => {
                let content = content.clone();
                if self.painted.budget.take_bytes(content.len()) < content.len() {
                    return;
                }
                content
            }
            None => {
                let content = Rc::new(self.decoded(form));
                self.forms.push((address, content.clone()));
                content
            }
        };
        let matrix = self.objects.numbers(&form.dict, b"Matrix").map_or(Matrix::IDENTITY, Matrix);
        let inner = State { frame: matrix.then(&state.frame), ..*state };
        let own = self.objects.dict(&form.dict, b"Resources").or(resources);
        self.run(&content, own, inner, depth + 1);
    }

    /// Appearances of annotations: text that was typed onto the page, form fields, stamps.
    fn annotations(&mut self, page: &'a Dictionary, state: &State) {
        let annotations: Vec<&Dictionary> =
            self.objects.array(page, b"Annots").take(MOST_ANNOTATIONS).filter_map(as_dict).collect();
        for annotation in annotations {
            self.marks = Marks::default();
            self.annotation(annotation, state);
        }
    }

    fn annotation(&mut self, annotation: &'a Dictionary, state: &State) -> Option<()> {
        const HIDDEN: i32 = 1 << 1;
        const NO_VIEW: i32 = 1 << 5;
        let flags = self.objects.number(annotation, b"F").unwrap_or(0.0) as i32;
        let popup = self.objects.name(annotation, b"Subtype") == Some(b"Popup");
        if flags & (HIDDEN | NO_VIEW) != 0 || popup || self.is_off(annotation) {
            return None;
        }
        let appearances = self.objects.dict(annotation, b"AP")?;
        let form = match self.objects.get(appearances, b"N") {
            Object::Stream(form) => form,
            Object::Dictionary(states) => {
                self.objects.stream(states, self.objects.name(annotation, b"AS").unwrap_or(b"Off"))?
            }
            _ => return None,
        };
        let [ax, ay, bx, by] = self.objects.numbers(annotation, b"Rect")?;
        let bounds = self.objects.numbers(&form.dict, b"BBox")?;
        let matrix = self.objects.numbers(&form.dict, b"Matrix").map_or(Matrix::IDENTITY, Matrix);
        let shown = matrix.rect(bounds)?;
        let scale = |want: f32, have: f32| if have > 0.0 { want / have } else { 1.0 };
        let across = scale((ax - bx).abs(), shown.x1() - shown.x0());
        let along = scale((ay - by).abs(), shown.bottom() - shown.top());
        let (left, low) = (ax.min(bx), ay.min(by));
        let fit = Matrix([across, 0.0, 0.0, along, left - shown.x0() * across, low - shown.top() * along]);
        let inner = State { frame: fit.then(&state.frame), ..*state };
        self.paint_form(form, None, &inner, 0);
        Some(())
    }
}

/// A name of at most seven bytes as one number.
fn short(name: &[u8]) -> Option<u64> {
    (name.len() < 8).then(|| name.iter().fold(name.len() as u64, |all, byte| all << 8 | u64::from(*byte)))
}

/// What changes while a content stream runs.
struct Program {
    state: State,
    saved: Vec<State>,
    pen: Pen,
    paths: Paths,
}

/// The entry called `name` as the content stream writes it: with `#` escapes.
fn entry<'a>(dict: &'a Dictionary, name: &[u8]) -> Option<&'a Object> {
    if !name.contains(&b'#') {
        return dict.get(name).ok();
    }
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let [byte, tail @ ..] = rest {
        let escaped = match (byte, tail) {
            (b'#', [high, low, after @ ..]) => super::lexer::hex_digit(*high)
                .zip(super::lexer::hex_digit(*low))
                .map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*byte, tail));
        plain.push(byte);
        rest = after;
    }
    dict.get(&plain).or_else(|_| dict.get(name)).ok()
}

/// The characters of a ligature share its place.
fn divide(glyph: Glyph, text: &str, glyphs: &mut Vec<Glyph>) {
    let count = text.chars().count();
    glyphs.extend(text.chars().enumerate().map(|(order, c)| Glyph { c: Some(c), ..glyph.part(order, count) }));
}
