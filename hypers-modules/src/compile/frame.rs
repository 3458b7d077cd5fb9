//! A few source lines around a position, as terminals show them.

use std::fmt::{self, Display, Formatter};

/// Longest part of a line that is shown; a minified bundle has lines of megabytes.
const WIDTH: usize = 140;

/// Lines of source around a position, with a caret under it.
///
/// ```
/// use hypers_modules::CodeFrame;
/// let frame = CodeFrame::new("const a = 1;\nthrow a;\n", 1, 6).to_string();
/// assert_eq!(frame, "  1 | const a = 1;\n> 2 | throw a;\n    |       ^\n");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CodeFrame<'a> {
    source: &'a str,
    line: u32,
    column: u32,
    width: u32,
    color: bool,
}

impl<'a> CodeFrame<'a> {
    /// A frame at `line` and `column`, both counted from 0, the column in UTF-16 code units.
    pub fn new(source: &'a str, line: u32, column: u32) -> Self {
        Self { source, line, column, width: 1, color: false }
    }

    /// Underlines `width` UTF-16 code units in place of one.
    pub fn underline(mut self, width: u32) -> Self {
        self.width = width.max(1);
        self
    }

    /// Colours the frame with ANSI escapes.
    pub fn color(mut self, color: bool) -> Self {
        self.color = color;
        self
    }

    /// Whether the position is inside the source; a frame outside of it prints nothing.
    pub fn is_inside(&self) -> bool {
        self.source.lines().nth(self.line as usize).is_some()
    }

    fn caret_line(&self, text: &str, gutter: usize, f: &mut Formatter<'_>) -> fmt::Result {
        let before = prefix_utf16(text, self.column);
        let start = window_start(text, self.column);
        let padding: String = before[start.min(before.len())..]
            .chars()
            .flat_map(|c| if c == '\t' { "\t".chars() } else { spaces(c).chars() })
            .collect();
        let rest = text[before.len()..].encode_utf16().count() as u32;
        let carets = "^".repeat(self.width.min(rest.max(1)).min(WIDTH as u32) as usize);
        let (red, dim, reset) = if self.color { ("\x1b[31m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
        writeln!(f, "{dim}  {:gutter$} |{reset} {padding}{red}{carets}{reset}", "")
    }
}

impl Display for CodeFrame<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.is_inside() {
            return Ok(());
        }
        let line = self.line as usize;
        let first = line.saturating_sub(2);
        let lines = self.source.lines().enumerate().skip(first).take(line - first + 3);
        let last = (line + 3).min(self.source.lines().count());
        let gutter = last.to_string().len();
        let (red, dim, reset) = if self.color { ("\x1b[31m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
        for (index, text) in lines {
            let number = index + 1;
            let start = if index == line { window_start(text, self.column) } else { 0 };
            let shown: String = text[start..].chars().take(WIDTH).collect();
            let shown = shown.trim_end();
            let space = if shown.is_empty() { "" } else { " " };
            if index == line {
                writeln!(f, "{red}>{reset} {dim}{number:>gutter$} |{reset}{space}{shown}")?;
                self.caret_line(text, gutter, f)?;
            } else {
                writeln!(f, "{dim}  {number:>gutter$} |{reset}{space}{shown}")?;
            }
        }
        Ok(())
    }
}

/// The part of `text` before a UTF-16 column.
fn prefix_utf16(text: &str, column: u32) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= column {
            return &text[..at];
        }
        units += c.len_utf16() as u32;
    }
    text
}

/// Where a long line starts to be shown, so that the column stays in view.
fn window_start(text: &str, column: u32) -> usize {
    let before = prefix_utf16(text, column);
    if before.chars().count() < WIDTH * 3 / 4 {
        return 0;
    }
    before.char_indices().rev().nth(WIDTH / 2).map_or(0, |(at, _)| at)
}

/// As many spaces as a terminal needs cells for a character (East Asian wide characters and emoji take two).
fn spaces(c: char) -> &'static str {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => "",
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => "  ",
        _ => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, line: u32, column: u32, expected: &str) {
        assert_eq!(CodeFrame::new(source, line, column).to_string(), expected);
    }

    #[test]
    fn frames() {
        check("a", 0, 0, "> 1 | a\n    | ^\n");
        check("a\n\nb c\nd\ne\nf", 2, 2, "  1 | a\n  2 |\n> 3 | b c\n    |   ^\n  4 | d\n  5 | e\n");
        check("\tx y", 0, 3, "> 1 | \tx y\n    | \t  ^\n");
        check("\u{65e5} x", 0, 2, "> 1 | \u{65e5} x\n    |    ^\n");
        check("a\r\nb\r\n", 1, 0, "  1 | a\n> 2 | b\n    | ^\n");
        check("abc", 0, 99, "> 1 | abc\n    |    ^\n");
        check("abc", 7, 0, "");
        check("", 0, 0, "");
    }

    #[test]
    fn line_numbers_are_aligned() {
        let source = "x\n".repeat(12);
        check(&source, 8, 0, "   7 | x\n   8 | x\n>  9 | x\n     | ^\n  10 | x\n  11 | x\n");
    }

    #[test]
    fn a_long_line_shows_the_column() {
        let source = format!("{}HERE{}", "a".repeat(5000), "b".repeat(5000));
        let frame = CodeFrame::new(&source, 0, 5000).underline(4).to_string();
        let lines: Vec<&str> = frame.lines().collect();
        assert!(lines[0].len() < 160, "{frame}");
        let at = lines[0].find("HERE").expect("the column is in view");
        assert_eq!(&lines[1][at..], "^^^^");
    }

    #[test]
    fn colours() {
        let frame = CodeFrame::new("a b", 0, 2).color(true).to_string();
        assert!(frame.contains("\x1b[31m^\x1b[0m"), "{frame:?}");
    }
}
