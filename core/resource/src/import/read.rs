//! Reading a file of rows, whatever wrote it: CSV of any separator and encoding, Excel, JSON.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use serde_json::{Map, Value as Json};

/// The largest file, bytes.
pub const LARGEST: usize = 20 << 20;

/// The most rows.
const ROWS: usize = 200_000;

/// The most columns.
const COLUMNS: usize = 200;

/// The most cells: what a small file of many of them takes in memory.
const CELLS: usize = 2_000_000;

/// Bytes that a workbook may have once it is unpacked.
const UNPACKED: u64 = 150 << 20;

/// A file as rows.
#[derive(Debug, PartialEq)]
pub(crate) struct Sheet {
    /// What the columns are called there.
    pub(crate) head: Vec<String>,
    /// Texts, or what JSON has; none longer than the head. What is missing at the end is empty.
    pub(crate) rows: Vec<Vec<Json>>,
}

/// Why a file can't be read, for whoever sent it.
type Refused = &'static str;

const MANY_ROWS: Refused =
    "This file has more than 200,000 rows. Split it and import one part after the other.";
const MANY_CELLS: Refused =
    "This file has more than 2,000,000 cells. Split it and import one part after the other.";
const MANY_COLUMNS: Refused = "This file has more than 200 columns. Remove those you don't need.";
const NOT_TEXT: Refused =
    "We couldn't read this file. Save it as CSV, as an Excel workbook (.xlsx) or as JSON.";
const NO_ROWS: Refused = "This file has no rows below its column names.";
const NO_JSON: Refused =
    "We couldn't read this file as JSON: it should be one object per line, or a list of objects.";
const LARGE: Refused = "This workbook is too large once it is unpacked.";

/// Reads it.
pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, Refused> {
    let sheet = if bytes.starts_with(b"PK\x03\x04") {
        workbook(bytes)?
    } else {
        let text = decode(bytes)?;
        match text.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => objects(&text)?,
            _ => lines(&text)?,
        }
    };
    if sheet.rows.is_empty() { Err(NO_ROWS) } else { Ok(sheet) }
}

/// Text in UTF-8 or UTF-16, or else as Windows writes it in the west.
fn decode(bytes: &[u8]) -> Result<String, Refused> {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    let (text, _, is_broken) = encoding.decode(bytes);
    if is_broken || text.contains('\0') { Err(NOT_TEXT) } else { Ok(text.into_owned()) }
}

/// What parts the fields of a line: of what stands in the head, outside of quotes, that which is in most lines. Where
/// nothing does it is one column, whatever stands in it.
fn separator(text: &str) -> u8 {
    let (mut lines, mut line, mut is_quoted) = (vec![], [0_u32; 4], false);
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => lines.push(std::mem::take(&mut line)),
            _ if is_quoted => {}
            _ => {
                if let Some(at) = SEPARATORS.iter().position(|known| *known == byte) {
                    line[at] += 1;
                }
            }
        }
        if lines.len() == LOOKED_AT {
            break;
        }
    }
    lines.push(line);
    let head = lines[0];
    let having = |at: usize| lines.iter().filter(|line| line[at] > 0).count();
    let in_head = (0..SEPARATORS.len()).filter(|at| head[*at] > 0);
    in_head.max_by_key(|at| (having(*at), head[*at])).map_or(b'\t', |at| SEPARATORS[at])
}

/// Lines at the beginning of a file that show what parts their fields.
const LOOKED_AT: usize = 20;

const SEPARATORS: [u8; 4] = *b",;\t|";

fn lines(text: &str) -> Result<Sheet, Refused> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(separator(text));
    let mut records = reader.from_reader(text.as_bytes());
    let (mut sheet, mut record) = (Collected::default(), csv::StringRecord::new());
    while records.read_record(&mut record).map_err(|_| NOT_TEXT)? {
        sheet.add(record.iter().map(|cell| Json::String(plain(cell).to_owned())).collect())?;
    }
    Ok(sheet.done())
}

/// A cell as it was before an export kept a spreadsheet from computing it.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    let rest = cell.strip_prefix('\'').unwrap_or_default();
    if rest.starts_with(['=', '+', '-', '@', '\'']) { rest } else { cell }
}

fn workbook(bytes: &[u8]) -> Result<Sheet, Refused> {
    unpacked_fits(bytes, UNPACKED)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| NOT_TEXT)?;
    let name = book.sheet_names().into_iter().next().ok_or(NO_ROWS)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| NOT_TEXT)?;
    let (mut sheet, mut at, mut row) = (Collected::default(), 0, vec![]);
    while let Some(cell) = cells.next_cell().map_err(|_| NOT_TEXT)? {
        let ((line, column), text) =
            (cell.get_position(), written(&cell.get_value().clone().into()));
        if text.is_empty() {
            continue;
        }
        if line != at {
            sheet.add(std::mem::take(&mut row))?;
            at = line;
        }
        let column = column as usize;
        if column >= COLUMNS {
            return Err(MANY_COLUMNS);
        }
        if row.len() <= column {
            row.resize(column + 1, Json::String(String::new()));
        }
        row[column] = Json::String(text);
    }
    sheet.add(row)?;
    Ok(sheet.done())
}

/// Sizes that a workbook says of itself may be wrong: they are counted.
fn unpacked_fits(bytes: &[u8], most: u64) -> Result<(), Refused> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| NOT_TEXT)?;
    let mut left = most;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|_| NOT_TEXT)?;
        let read = std::io::copy(&mut file.take(left + 1), &mut std::io::sink());
        left = left.checked_sub(read.map_err(|_| NOT_TEXT)?).ok_or(LARGE)?;
    }
    Ok(())
}

/// A cell of a workbook as somebody would type it.
fn written(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) => match at.as_datetime() {
            Some(at) if at.time() == chrono::NaiveTime::MIN => at.date().to_string(),
            Some(at) => at.format("%Y-%m-%dT%H:%M").to_string(),
            None => at.as_f64().to_string(),
        },
        Data::Bool(is) => is.to_string(),
        Data::Error(_) | Data::Empty => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

fn objects(text: &str) -> Result<Sheet, Refused> {
    let text = text.trim_start();
    let all: Vec<Map<String, Json>> = match text.starts_with('[') {
        true => serde_json::from_str(text).map_err(|_| NO_JSON)?,
        false => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.map(serde_json::from_str).collect::<Result<_, _>>().map_err(|_| NO_JSON)?
        }
    };
    let mut head: Vec<String> = vec![];
    for one in &all {
        for name in one.keys() {
            if !head.contains(name) {
                head.push(name.clone());
            }
        }
        if head.len() > COLUMNS {
            return Err(MANY_COLUMNS);
        }
    }
    if all.len() > ROWS {
        return Err(MANY_ROWS);
    } else if all.len() * head.len() > CELLS {
        return Err(MANY_CELLS);
    }
    let row = |mut one: Map<String, Json>| {
        head.iter().map(|name| one.remove(name).unwrap_or_default()).collect()
    };
    let rows = all.into_iter().map(row).collect();
    Ok(Sheet { head, rows })
}

/// Rows as they come; the first one with something in it is the head.
#[derive(Default)]
struct Collected {
    head: Vec<String>,
    rows: Vec<Vec<Json>>,
    cells: usize,
}

impl Collected {
    fn add(&mut self, mut row: Vec<Json>) -> Result<(), Refused> {
        let is_empty = |cell: &Json| cell.as_str().is_some_and(str::is_empty);
        while row.last().is_some_and(is_empty) {
            row.pop();
        }
        if row.len() > COLUMNS {
            return Err(MANY_COLUMNS);
        }
        if row.is_empty() {
            return Ok(());
        }
        if self.head.is_empty() {
            let name = |cell: &Json| cell.as_str().unwrap_or_default().to_owned();
            self.head = row.iter().map(name).collect();
            return Ok(());
        }
        self.cells += row.len();
        if self.rows.len() == ROWS {
            return Err(MANY_ROWS);
        } else if self.cells > CELLS {
            return Err(MANY_CELLS);
        }
        self.rows.push(row);
        Ok(())
    }

    fn done(mut self) -> Sheet {
        let width = self.rows.iter().map(Vec::len).max().unwrap_or_default().max(self.head.len());
        self.head.resize(width, String::new());
        for (at, name) in self.head.iter_mut().enumerate() {
            if name.is_empty() {
                *name = format!("Column {}", at + 1);
            }
        }
        Sheet { head: self.head, rows: self.rows }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use serde_json::json;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::{
        LARGE, MANY_CELLS, MANY_COLUMNS, MANY_ROWS, NO_JSON, NO_ROWS, NOT_TEXT, Sheet, read,
        unpacked_fits,
    };

    /// A workbook with these cells, as Excel writes them.
    fn workbook(cells: &str) -> Vec<u8> {
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const OF: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const TO: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        let related = |kind: &str, target: &str| {
            format!(
                "<Relationships xmlns=\"{TO}\"><Relationship Id=\"a\" Type=\"{OF}/{kind}\" \
                 Target=\"{target}\"/></Relationships>"
            )
        };
        let book = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OF}\"><sheets>\
             <sheet name=\"One\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
        );
        let styles = format!(
            "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
             <xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let cells =
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{cells}</sheetData></worksheet>");
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        for (name, text) in [
            ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")),
            ("xl/workbook.xml", book),
            ("xl/styles.xml", styles),
            ("xl/worksheets/sheet1.xml", cells),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).expect("a zip takes files");
            zip.write_all(text.as_bytes()).expect("and what is in them");
        }
        zip.finish().expect("it can be finished").into_inner()
    }

    fn word(at: &str, word: &str) -> String {
        format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{word}</t></is></c>")
    }

    #[test]
    fn a_workbook_is_read_as_somebody_would_type_it() {
        let head: String = ["A1", "B1", "D1"].map(|at| word(at, at)).concat();
        let row = word("A3", "Pot")
            + "<c r=\"B3\" s=\"1\"><v>46173</v></c><c r=\"C3\"><v>12.5</v></c>\
               <c r=\"D3\" t=\"b\"><v>1</v></c>";
        let book = workbook(&format!("<row r=\"1\">{head}</row><row r=\"3\">{row}</row>"));
        let rows = [json!(["Pot", "2026-05-31", "12.5", "true"])];
        assert_eq!(read(&book), Ok(sheet(&["A1", "B1", "Column 3", "D1"], &rows)));
        let wide = workbook(&format!("<row r=\"1\">{}</row>", word("XFD1", "far away")));
        assert_eq!(read(&wide), Err(MANY_COLUMNS));
        assert_eq!(read(&book[..book.len() / 2]), Err(NOT_TEXT));
    }

    #[test]
    fn a_workbook_that_unpacks_to_too_much_is_refused() {
        let bomb = workbook(&" ".repeat(5 << 20));
        assert!(bomb.len() < 50_000, "{}", bomb.len());
        assert_eq!(unpacked_fits(&bomb, 4 << 20), Err(LARGE));
        assert_eq!(unpacked_fits(&bomb, 6 << 20), Ok(()));
    }

    fn sheet(head: &[&str], rows: &[serde_json::Value]) -> Sheet {
        let row = |row: &serde_json::Value| row.as_array().cloned().unwrap_or_default();
        let head = head.iter().map(|name| (*name).to_owned()).collect();
        Sheet { head, rows: rows.iter().map(row).collect() }
    }

    #[test]
    fn a_table_is_read_whatever_parts_its_fields() {
        let wanted = Ok(sheet(&["Name", "Price; net"], &[json!(["A, B", "1"]), json!(["C"])]));
        assert_eq!(read(b"Name,\"Price; net\"\r\n\"A, B\",1\r\n\r\nC\r\n"), wanted);
        assert_eq!(read(b"Name;\"Price; net\"\n\"A, B\";1\nC\n"), wanted);
        assert_eq!(read(b"Name\tPrice; net\nA, B\t1\nC"), wanted);
        let wide = read(b"Name\nA,1,2\n");
        assert_eq!(wide, Ok(sheet(&["Name"], &[json!(["A,1,2"])])), "the head decides");
        let wide = read(b"Name,\nA,1,2\n");
        let wanted = sheet(&["Name", "Column 2", "Column 3"], &[json!(["A", "1", "2"])]);
        assert_eq!(wide, Ok(wanted));
    }

    #[test]
    fn encodings_are_found() {
        let wanted = Ok(sheet(&["Naïve"], &[json!(["Größe"])]));
        assert_eq!(read("Naïve\nGröße".as_bytes()), wanted);
        assert_eq!(read("\u{feff}Naïve\nGröße".as_bytes()), wanted);
        assert_eq!(read(b"Na\xefve\nGr\xf6\xdfe"), wanted);
        let utf16: Vec<u8> =
            "\u{feff}Naïve\nGröße".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16), wanted);
        let utf16: Vec<u8> =
            "\u{feff}Naïve\nGröße".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&utf16), wanted);
    }

    #[test]
    fn what_an_export_kept_from_being_computed_is_as_it_was() {
        let rows = [json!(["=1+1"]), json!(["'quoted"]), json!(["it's"]), json!(["'ello"])];
        assert_eq!(read(b"A\n'=1+1\n''quoted\nit's\n'ello"), Ok(sheet(&["A"], &rows)));
    }

    #[test]
    fn json_is_read_by_line_and_as_a_list() {
        let wanted = Ok(sheet(&["a", "b"], &[json!([1, null]), json!([null, {"c": "d"}])]));
        assert_eq!(read(b"{\"a\": 1}\n\n{\"b\": {\"c\": \"d\"}}\n"), wanted);
        assert_eq!(read(b" [{\"a\": 1}, {\"b\": {\"c\": \"d\"}}]"), wanted);
        assert_eq!(read(b"[1, 2]"), Err(NO_JSON));
        assert_eq!(read(b"{\"a\": 1"), Err(NO_JSON));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(read(b""), Err(NO_ROWS));
        assert_eq!(read(b"Name\n"), Err(NO_ROWS));
        assert_eq!(read(b"Name\nA\0B"), Err(NOT_TEXT));
        assert_eq!(read(b"PK\x03\x04nonsense"), Err(NOT_TEXT));
        let wide = ",".repeat(1_000_000) + "x\n1";
        assert_eq!(read(wide.as_bytes()), Err(MANY_COLUMNS));
        let many = "a,b\n".to_owned() + &("1,".repeat(199) + "1\n").repeat(10_001);
        assert_eq!(read(many.as_bytes()), Err(MANY_CELLS));
        assert_eq!(read("a\n".repeat(200_002).as_bytes()), Err(MANY_ROWS));
    }
}
