//! A workbook of one sheet (Office Open XML), written a piece at a time: neither the file nor its rows are held.

use std::{
    io::{self, Write},
    mem::take,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{NaiveDate, NaiveDateTime};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

/// Rows below the head that a sheet holds.
pub(crate) const MOST_ROWS: u64 = 1_048_575;

/// UTF-16 units that a cell holds.
const LONGEST: usize = 32_767;

const PARTS: [(&str, &str); 5] = [
    ("[Content_Types].xml", include_str!("sheet/content_types.xml")),
    ("_rels/.rels", include_str!("sheet/rels.xml")),
    ("xl/workbook.xml", include_str!("sheet/workbook.xml")),
    ("xl/_rels/workbook.xml.rels", include_str!("sheet/workbook_rels.xml")),
    ("xl/styles.xml", include_str!("sheet/styles.xml")),
];

const OPEN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
    <sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
    activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetData>";
const CLOSE: &str = "</sheetData></worksheet>";

/// A workbook that is being written.
pub(crate) struct Sheet {
    zip: ZipWriter<StreamWriter<Buffer>>,
    written: Buffer,
}

/// What was written and not yet taken away.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn taken(&self) -> Vec<u8> {
        take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sheet {
    /// Everything before the first row.
    pub(crate) fn begin() -> anyhow::Result<Self> {
        let written = Buffer::default();
        let mut zip = ZipWriter::new_stream(written.clone());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, text) in PARTS {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        // A million rows are more than the four gigabytes of a plain entry, unpacked.
        zip.start_file("xl/worksheets/sheet1.xml", options.large_file(true))?;
        zip.write_all(OPEN.as_bytes())?;
        Ok(Self { zip, written })
    }

    /// Adds rows; gives what of the file is finished.
    pub(crate) fn rows(&mut self, rows: &str) -> anyhow::Result<Vec<u8>> {
        self.zip.write_all(rows.as_bytes())?;
        Ok(self.written.taken())
    }

    /// The rest of the file.
    pub(crate) fn end(mut self) -> anyhow::Result<Vec<u8>> {
        self.zip.write_all(CLOSE.as_bytes())?;
        self.zip.finish()?;
        Ok(self.written.taken())
    }
}

/// One row, cell by cell.
pub(crate) struct Line<'a>(&'a mut String);

impl<'a> Line<'a> {
    pub(crate) fn begin(to: &'a mut String) -> Self {
        to.push_str("<row>");
        Self(to)
    }

    pub(crate) fn end(self) {
        self.0.push_str("</row>");
    }

    pub(crate) fn empty(&mut self) {
        self.0.push_str("<c/>");
    }

    /// A text is never computed, whatever it begins with.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.push_str("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        let mut units = 0;
        for (at, letter) in text.char_indices() {
            units += letter.len_utf16();
            if units > LONGEST {
                break;
            }
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                // Read as a letter by its number, if nobody says that the sign itself is meant.
                '_' if is_escape(&text[at..]) => self.0.push_str("_x005F_"),
                '\t' | '\n' => self.0.push(letter),
                // No XML has them.
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                _ => self.0.push(letter),
            }
        }
        self.0.push_str("</t></is></c>");
    }

    /// A number as a program writes it.
    pub(crate) fn number(&mut self, number: &str) {
        self.value("", number);
    }

    pub(crate) fn yes_no(&mut self, is_yes: bool) {
        self.value(" t=\"b\"", if is_yes { "1" } else { "0" });
    }

    /// A day; one before 1900 is a text, since sheets have no such days.
    pub(crate) fn day(&mut self, day: NaiveDate) {
        match days(day) {
            Some(days) => self.value(" s=\"1\"", &days.to_string()),
            None => self.text(&day.to_string()),
        }
    }

    /// A day and a time, as somebody's clock shows it.
    pub(crate) fn moment(&mut self, at: NaiveDateTime) {
        let second = (at - at.date().and_time(chrono::NaiveTime::MIN)).num_seconds();
        #[expect(clippy::cast_precision_loss, reason = "a day has 86,400 seconds")]
        let of_day = second as f64 / 86_400.0;
        match days(at.date()) {
            Some(days) => self.value(" s=\"2\"", &format!("{:.8}", f64::from(days) + of_day)),
            None => self.text(&at.to_string()),
        }
    }

    fn value(&mut self, attributes: &str, value: &str) {
        self.0.push_str("<c");
        self.0.push_str(attributes);
        self.0.push_str("><v>");
        self.0.push_str(value);
        self.0.push_str("</v></c>");
    }
}

/// Days since the last but one of 1899; sheets count a 29 February 1900 that never was.
fn days(day: NaiveDate) -> Option<i32> {
    let days = (day - NaiveDate::from_ymd_opt(1899, 12, 30)?).num_days();
    i32::try_from(days).ok().filter(|days| *days > 60)
}

/// Does it begin as `_x000D_` does?
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[1] == b'x'
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
        && bytes[6] == b'_'
}
