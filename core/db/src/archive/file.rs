//! The file: compressed lines, and the checksum at its end.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use core_base::{TenantId, UserId};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::column_kind::Kind;

const FORMAT: &str = "groundwork tenant archive";
const VERSION: u32 = 1;

/// What stands at the top of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    format: String,
    version: u32,
    /// When it was made, UTC.
    pub made_at: DateTime<Utc>,
    /// The tenant; importing keeps it.
    pub id: TenantId,
    /// Its address then.
    pub slug: String,
    /// Its name then.
    pub name: String,
    /// Its time zone then.
    pub zone: String,
    /// From when on it asked for two steps, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_step_from: Option<DateTime<Utc>>,
    /// After how many hours it asked anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_hours: Option<u32>,
    /// The migrations that its schema had.
    pub migrations: Vec<String>,
    /// Who belonged to it.
    pub people: Vec<Person>,
}

/// A member as the catalogue knows them, without anything secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// How they write.
    pub locale: String,
    /// Their time zone.
    pub zone: String,
}

impl Header {
    pub(super) fn new(
        tenant: &crate::Tenant,
        migrations: Vec<String>,
        people: Vec<Person>,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_at: core_base::clock::now(),
            id: tenant.id,
            slug: tenant.slug.clone(),
            name: tenant.name.clone(),
            zone: tenant.zone.clone(),
            two_step_from: tenant.sign_in.two_step_from,
            session_hours: tenant.sign_in.session_hours,
            migrations,
            people,
        }
    }
}

/// The line before the rows of a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) table: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// It is a table of the catalogue, of which these are the tenant's rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_catalog: bool,
}

#[derive(Serialize, Deserialize)]
struct End {
    rows: u64,
    sha256: String,
}

/// Writes beside the file's later place; only [`finish`](Self::finish) puts it there.
pub(super) struct Writer {
    to: GzEncoder<BufWriter<File>>,
    hash: Sha256,
    path: PathBuf,
    half: Half,
    rows: u64,
}

/// A file that is not finished: it goes, unless it has been moved to its place.
struct Half(PathBuf);

impl Drop for Half {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Writer {
    pub(super) fn new(path: &Path, header: &Header) -> anyhow::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;
        ensure!(!path.exists(), "{} exists already", path.display());
        let half = path.with_added_extension("part");
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&half);
        let file = file.with_context(|| format!("creating {}", half.display()))?;
        let to = GzEncoder::new(BufWriter::new(file), Compression::fast());
        let (path, hash, half) = (path.to_owned(), Sha256::new(), Half(half));
        let mut this = Self { to, hash, path, half, rows: 0 };
        this.line(&serde_json::to_value(header)?)?;
        Ok(this)
    }

    pub(super) fn table(&mut self, table: &Table) -> anyhow::Result<()> {
        self.line(&serde_json::to_value(table)?)
    }

    pub(super) fn row(&mut self, row: Vec<Json>) -> anyhow::Result<()> {
        self.rows += 1;
        self.line(&Json::Array(row))
    }

    fn line(&mut self, line: &Json) -> anyhow::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        self.hash.update(&text);
        self.to.write_all(text.as_bytes()).context("writing the archive")
    }

    /// The number of rows.
    pub(super) fn finish(mut self) -> anyhow::Result<u64> {
        let sha256 = hex::encode(std::mem::take(&mut self.hash).finalize());
        let end = json!({ "end": End { rows: self.rows, sha256 } });
        writeln!(self.to, "{end}")?;
        let file = self.to.finish()?.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        std::fs::rename(&self.half.0, &self.path)?;
        Ok(self.rows)
    }
}

/// Reads an archive line by line.
pub struct Reader {
    lines: std::io::Lines<BufReader<GzDecoder<BufReader<File>>>>,
    hash: Sha256,
    rows: u64,
    /// What stands at the top.
    pub header: Header,
}

/// A line below the header.
pub(super) enum Line {
    Table(Table),
    Row(Vec<Json>),
}

impl Reader {
    /// Opens one whose checksum is right. Reads it through to the end for that.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let mut first = Self::begin(path)?;
        while first.next()?.is_some() {}
        Self::begin(path)
    }

    fn begin(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
        let what = || format!("{} is not an archive of a workspace", path.display());
        let top = lines.next().with_context(what)?.with_context(what)?;
        let header: Header = serde_json::from_str(&top).with_context(what)?;
        ensure!(header.format == FORMAT, what());
        ensure!(
            header.version == VERSION,
            "{} was written by a newer program: its format is {}",
            path.display(),
            header.version
        );
        let mut hash = Sha256::new();
        hash.update(format!("{top}\n"));
        Ok(Self { lines, hash, rows: 0, header })
    }

    /// The next line; none at the end, whose checksum was right.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Line>> {
        let Some(line) = self.lines.next() else { bail!("the archive is cut off") };
        let line = line.context("the archive is cut off or damaged")?;
        let mut json: Json = serde_json::from_str(&line).context("the archive is damaged")?;
        if let Some(end) = json.get_mut("end") {
            let end: End = serde_json::from_value(end.take())?;
            let seen = hex::encode(std::mem::take(&mut self.hash).finalize());
            ensure!(
                end.sha256 == seen && end.rows == self.rows,
                "the archive is damaged: its checksum is wrong"
            );
            return Ok(None);
        }
        self.hash.update(format!("{line}\n"));
        Ok(Some(match json {
            Json::Array(row) => {
                self.rows += 1;
                Line::Row(row)
            }
            other => Line::Table(serde_json::from_value(other).context("the archive is damaged")?),
        }))
    }
}
