//! A paragraph set in cells, with the rules of Chinese print for line ends (避头尾; GB/T 15834—2011, CLREQ): marks that
//! close do not start a line, marks that open do not end one, a run of letters and digits is not broken, nor are —— and
//! ……. A line's width is counted in quarters of a cell.

/// How letters and digits stand beside Han characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// Without a gap.
    None,
    /// A quarter of a cell in print, which the text does not show.
    Lost,
    /// A quarter of a cell in print, which the text shows as a blank.
    Shown,
    /// A blank half a cell wide.
    Typed,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    /// Cells in a full line.
    pub(crate) cells: usize,
    /// Cells that the first line is shorter by.
    pub(crate) indent: usize,
    /// A comma or full stop may stand beyond the last cell; otherwise the character before it goes down with it.
    pub(crate) hang: bool,
    pub(crate) blanks: Blanks,
}

/// The lines of `text`, without their indent.
pub(crate) fn wrap(text: &str, measure: Measure) -> Vec<String> {
    let clusters = clusters(text);
    let mut lines = vec![String::new()];
    let mut room = (measure.cells - measure.indent) * 4;
    for cluster in &clusters {
        let line = lines.last().expect("there is a line");
        let gap = gap(line, &cluster.text, cluster.after_space, measure.blanks);
        let (width, blank) = if line.is_empty() { (0, false) } else { gap };
        let needs = width + cluster.width;
        let hangs = measure.hang && needs <= room + 4 && cluster.text.ends_with(['，', '。', '、', '；', '：']);
        if needs > room && !hangs && !line.is_empty() {
            lines.push(cluster.text.clone());
            room = (measure.cells * 4).saturating_sub(cluster.width);
        } else {
            let line = lines.last_mut().expect("there is a line");
            if blank {
                line.push(' ');
            }
            *line += &cluster.text;
            room = room.saturating_sub(needs);
        }
    }
    lines
}

/// What cannot be broken.
struct Cluster {
    text: String,
    width: usize,
    /// A blank between Latin words comes before it, and goes where a line ends.
    after_space: bool,
}

const CLOSE: &str = "，。、；：！？）》」』】〕”’%";
const OPEN: &str = "（《「『【〔“‘";

fn clusters(text: &str) -> Vec<Cluster> {
    let chars: Vec<char> = text.chars().collect();
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut at = 0;
    let mut after_space = false;
    while at < chars.len() {
        if chars[at] == ' ' {
            after_space = true;
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() && OPEN.contains(chars[at]) {
            at += 1;
        }
        at += core(&chars[at..]);
        while at < chars.len() && CLOSE.contains(chars[at]) {
            at += 1;
        }
        let text: String = chars[start..at].iter().collect();
        let width = text.chars().map(|c| if c.is_ascii() { 2 } else { 4 }).sum();
        clusters.push(Cluster { text, width, after_space: std::mem::take(&mut after_space) });
    }
    clusters
}

/// Characters of the unit that `chars` begins with, marks that open and close aside.
fn core(chars: &[char]) -> usize {
    let Some(first) = chars.first() else { return 0 };
    let same = |mark: char| chars.iter().take_while(|c| **c == mark).count();
    match first {
        '—' | '…' => same(*first).min(2),
        c if c.is_ascii_alphanumeric() => chars.iter().take_while(|c| in_word(**c)).count(),
        c if CLOSE.contains(*c) => 0,
        _ => 1,
    }
}

fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-./%+:@_".contains(c)
}

/// Width between `line` and what follows it, and whether the text has a blank there.
fn gap(line: &str, next: &str, after_space: bool, blanks: Blanks) -> (usize, bool) {
    let (Some(before), Some(after)) = (line.chars().next_back(), next.chars().next()) else { return (0, false) };
    if after_space {
        return (2, true);
    }
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let meet = (is_han(before) && in_word(after)) || (in_word(before) && is_han(after));
    match blanks {
        _ if !meet => (0, false),
        Blanks::None => (0, false),
        Blanks::Lost => (1, false),
        Blanks::Shown => (1, true),
        Blanks::Typed => (2, true),
    }
}
