//! A page as a drawing: its lines where they stand, what each was taken for, and how it goes on.

use std::fmt::Write;

use anyhow::bail;

use crate::model::{Document, Join, JoinKind, Rect, Role, TextLine};

/// White around the page, points.
const MARGIN: f32 = 12.0;

/// Room right of the page for what the colours mean, points.
const LEGEND: f32 = 150.0;

const STYLE: &str = "\
text{font-family:'Noto Serif CJK SC','Songti SC',SimSun,serif;fill:#111}\
.note{font:7px sans-serif;fill:#444}\
.box{fill-opacity:.12;stroke-width:.6}\
.join{fill:none;stroke:#0a7d3b;stroke-width:.8}\
.doubtful{stroke:#c33;stroke-dasharray:2 1.5}\
.break{stroke:#888}";

/// Page `number` of `document` as SVG.
///
/// # Errors
/// If the source has no such page, or no geometry.
pub(super) fn page(document: &Document, number: u32) -> anyhow::Result<String> {
    let Some(&(width, height)) = document.page_sizes.get(number as usize - 1) else {
        match document.page_sizes.len() {
            0 => bail!("{} has no pages with places; only PDF files can be drawn as SVG", document.source.path),
            count => bail!("{} has {count} pages; choose one of them with --page", document.source.path),
        }
    };
    let lines: Vec<&TextLine> = document.lines.iter().filter(|line| line.page == Some(number)).collect();
    let mut svg = String::new();
    // Writing to a string cannot fail.
    let _ = draw(&mut svg, &lines, (width, height));
    Ok(svg)
}

fn draw(svg: &mut String, lines: &[&TextLine], (width, height): (f32, f32)) -> std::fmt::Result {
    let (full_width, full_height) = (width + 2.0 * MARGIN + LEGEND, height + 2.0 * MARGIN);
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{full_width}" height="{full_height}" viewBox="{} {} {full_width} {full_height}">"#,
        -MARGIN, -MARGIN
    )?;
    writeln!(svg, "<style>{STYLE}</style>")?;
    writeln!(svg, r##"<rect width="{width}" height="{height}" fill="#fff" stroke="#999"/>"##)?;
    for line in lines {
        if let Some(bbox) = line.bbox {
            draw_line(svg, line, &bbox)?;
        }
    }
    let running = lines.iter().filter(|line| !line.role.is_furniture());
    let placed: Vec<(&TextLine, Rect)> = running.filter_map(|line| Some((*line, line.bbox?))).collect();
    for (index, (line, here)) in placed.iter().enumerate() {
        draw_join(svg, line, here, placed.get(index + 1).map(|(_, next)| next))?;
    }
    draw_legend(svg, lines, width)?;
    writeln!(svg, "</svg>")
}

fn draw_line(svg: &mut String, line: &TextLine, bbox: &Rect) -> std::fmt::Result {
    let (width, height) = (bbox.x1() - bbox.x0(), bbox.bottom() - bbox.top());
    let colour = colour(line.role);
    write!(svg, "<g><title>")?;
    write!(svg, "{} {}", line.number, line.role.as_str())?;
    if let Some(item) = line.item {
        write!(svg, ", item {item}")?;
    }
    if let Some(join) = line.join {
        write!(svg, ", {} {} {:.2}", join.kind.as_str(), join.rule, join.score)?;
    }
    writeln!(svg, "</title>")?;
    writeln!(
        svg,
        r#"<rect class="box" x="{:.2}" y="{:.2}" width="{width:.2}" height="{height:.2}" fill="{colour}" stroke="{colour}"/>"#,
        bbox.x0(),
        bbox.top()
    )?;
    let size = line.size_pt.unwrap_or(height);
    let text = escaped(&line.text);
    if line.placement.is_some_and(|placement| placement.vertical) {
        let x = (bbox.x0() + bbox.x1()) / 2.0;
        let (y, size) = (bbox.top(), size * 0.95);
        writeln!(
            svg,
            r#"<text x="{x:.2}" y="{y:.2}" font-size="{size:.2}" writing-mode="vertical-rl" textLength="{height:.2}">{text}</text>"#
        )?;
    } else {
        // The baseline stands an eighth of the type size above the foot of the box.
        let y = bbox.bottom() - size * 0.12;
        writeln!(
            svg,
            r#"<text x="{:.2}" y="{y:.2}" font-size="{size:.2}" textLength="{width:.2}">{text}</text>"#,
            bbox.x0()
        )?;
    }
    writeln!(
        svg,
        r#"<text class="note" x="{:.2}" y="{:.2}" text-anchor="end">{}</text></g>"#,
        bbox.x0() - 2.0,
        bbox.bottom(),
        line.number
    )
}

/// A joined line end is tied to the start of the next line, or points off the page; a break is a short stroke.
fn draw_join(svg: &mut String, line: &TextLine, here: &Rect, next: Option<&Rect>) -> std::fmt::Result {
    let Some(join) = line.join else { return Ok(()) };
    let doubtful = if join.score < Join::DOUBTFUL { " doubtful" } else { "" };
    let middle = |rect: &Rect| (rect.top() + rect.bottom()) / 2.0;
    let (x, y) = (here.x1() + 2.0, middle(here));
    if join.kind == JoinKind::Break {
        let (top, bottom) = (here.top(), here.bottom());
        return writeln!(svg, r#"<path class="join break{doubtful}" d="M{x:.1} {top:.1}V{bottom:.1}"/>"#);
    }
    let Some(next) = next else {
        return writeln!(svg, r#"<path class="join{doubtful}" d="M{x:.1} {y:.1}h10m-3 -3l3 3l-3 3"/>"#);
    };
    let (to_x, to_y) = (next.x0() - 2.0, middle(next));
    writeln!(
        svg,
        r#"<path class="join{doubtful}" d="M{x:.1} {y:.1}C{:.1} {y:.1} {:.1} {to_y:.1} {to_x:.1} {to_y:.1}"/>"#,
        x + 8.0,
        to_x - 8.0
    )
}

fn draw_legend(svg: &mut String, lines: &[&TextLine], width: f32) -> std::fmt::Result {
    let mut roles: Vec<Role> = lines.iter().map(|line| line.role).collect();
    roles.sort_unstable();
    roles.dedup();
    let x = width + MARGIN;
    for (place, role) in roles.iter().enumerate() {
        let y = 12.0 + 14.0 * place as f32;
        let colour = colour(*role);
        writeln!(
            svg,
            r#"<rect class="box" x="{x:.1}" y="{:.1}" width="14" height="9" fill="{colour}" stroke="{colour}"/>"#,
            y - 8.0
        )?;
        writeln!(svg, r#"<text class="note" x="{:.1}" y="{y:.1}">{}</text>"#, x + 18.0, role.as_str())?;
    }
    let y = 18.0 + 14.0 * roles.len() as f32;
    for (place, (class, what)) in
        [("join", "goes on"), ("join break", "paragraph ends"), ("join doubtful", "doubtful")].into_iter().enumerate()
    {
        let y = y + 14.0 * place as f32;
        writeln!(svg, r#"<path class="{class}" d="M{x:.1} {y:.1}h14"/>"#)?;
        writeln!(svg, r#"<text class="note" x="{:.1}" y="{:.1}">{what}</text>"#, x + 18.0, y + 2.5)?;
    }
    Ok(())
}

/// Colours that stay apart for colour-blind eyes (Okabe and Ito); the role also stands in the line's title.
pub(super) fn colour(role: Role) -> &'static str {
    match role {
        Role::Masthead => "#cc79a7",
        Role::Toc => "#56b4e9",
        Role::Section => "#009e73",
        Role::Headline | Role::Kicker => "#d55e00",
        Role::Subhead => "#e69f00",
        Role::Body => "#0072b2",
        Role::Contributor => "#b8a500",
        Role::Caption => "#7f6000",
        Role::Colophon | Role::PageNumber | Role::RunningHead => "#999999",
        Role::Other | Role::Unread => "#ff0000",
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No XML document may hold these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_in_a_headline_is_text() {
        assert_eq!(escaped("<script>&\"\u{0}"), "&lt;script&gt;&amp;&quot;\u{fffd}");
    }
}
