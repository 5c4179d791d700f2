//! What a list finds, as a file: the page that asks how, and the file.

use std::sync::Arc;

use askama::Template;
use core_access::{Member, PermissionDef, audit::record_export, find_member};
use core_base::{Error, Result};
use core_db::{Tenant, TenantDb};
use core_http::{Services, Ui, as_file, stream_text};
use core_ui as ui;
use uuid::Uuid;

use super::{Pages, Pairs};
use crate::{
    Chosen, Search,
    export::{Export, Format},
    resource::Spec,
    sheet::{MOST_ROWS, Sheet},
};

/// What stands in an address besides what is looked for. No field can have such a name.
const AS: &str = "export-as";
const FIELD: &str = "export-field";

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "resource/export.html")]
struct Page<'a> {
    on: &'a Pages,
    search: &'a Search,
    found: u64,
    /// What is looked for, to be sent along.
    also: Vec<&'a (String, String)>,
    back: ui::Address,
}

/// Who asks for a file, and what they need for it.
pub(super) struct Asker {
    pub(super) user: core_base::UserId,
    pub(super) needs: &'static [PermissionDef],
    pub(super) core: Arc<Services>,
    pub(super) tenant: Arc<Tenant>,
}

pub(super) async fn export(
    (all, on): (Arc<Pages>, Arc<Pages>),
    asker: Asker,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
) -> Result {
    let (asked, also): (Vec<_>, Vec<_>) =
        pairs.iter().partition(|(name, _)| name == AS || name == FIELD);
    let looked_for: Pairs = also.iter().map(|pair| (*pair).clone()).collect();
    let search = on.of.search(&looked_for);
    let format = asked.iter().find(|(name, _)| name == AS).map(|(_, word)| word.as_str());
    let format = match format {
        None => {
            let calendar = ui.calendar();
            let found = on.of.count(&db, &Chosen::Matching(search.clone(), calendar)).await?;
            let back = on.of.address(on.path, &search);
            let ui = ui.under(&on.title(), on.path);
            let page = Page { on: &on, search: &search, found, also, back };
            return ui.page(&page.title(), &page);
        }
        Some("csv") => Format::Csv,
        Some("jsonl") => Format::JsonLines,
        Some("xlsx") => Format::Xlsx,
        Some(_) => {
            return Err(Error::BadRequest("Choose CSV, Excel or JSON lines.".to_owned()));
        }
    };
    // More would be in it than whoever asks believes.
    if search.is_misread() {
        let text = "This list has changed in the meantime. Open it again and export it from there.";
        return Err(Error::BadRequest(text.to_owned()));
    }
    let fields = asked.iter().filter(|(name, _)| name == FIELD).map(|(_, name)| name.clone());
    let mut fields: Vec<String> = fields.collect();
    fields.sort();
    fields.dedup();
    let export = Export { search, fields, format, calendar: ui.calendar() }.seen_in(&on.of);
    if format == Format::Xlsx {
        let chosen = Chosen::Matching(export.search.clone(), export.calendar);
        if on.of.count(&db, &chosen).await? > MOST_ROWS {
            let text = "A sheet holds 1,048,575 rows. Narrow the list first, or choose CSV.";
            return Err(Error::BadRequest(text.to_owned()));
        }
    }
    let (kind, end) = match format {
        Format::Xlsx => (XLSX, "xlsx"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::JsonLines => ("application/jsonl; charset=utf-8", "jsonl"),
    };
    let name = format!("{}-{}.{end}", asker.tenant.slug, on.of.plural);
    record_export(&asker.core.store, asker.tenant.clone(), &db, on.of.plural).await?;
    let head = export.head(&on.of);
    let source = Source { all, asker: Arc::new(asker), export: Arc::new(export) };
    let body = match format {
        Format::Xlsx => {
            let mut sheet = Sheet::begin()?;
            let head = sheet.rows(&head)?;
            stream_text(head, Some((sheet, None)), move |(mut sheet, after)| {
                let piece = source.piece(after);
                async move {
                    let (text, last) = piece.await?;
                    let mut bytes = sheet.rows(&text)?;
                    match last {
                        Some(last) => Ok((bytes, Some((sheet, Some(last))))),
                        None => {
                            bytes.extend(sheet.end()?);
                            Ok((bytes, None))
                        }
                    }
                }
            })
        }
        Format::Csv | Format::JsonLines => stream_text(head, Some(None), move |after| {
            let piece = source.piece(after);
            async move { piece.await.map(|(text, last)| (text, last.map(Some))) }
        }),
    };
    Ok(as_file(kind, &name, body))
}

/// Where the rows of a file come from.
struct Source {
    all: Arc<Pages>,
    asker: Arc<Asker>,
    export: Arc<Export>,
}

impl Source {
    /// The rows behind this one, and the last of them; none: there are no more.
    fn piece(
        &self,
        after: Option<Uuid>,
    ) -> impl Future<Output = Result<(String, Option<Uuid>)>> + Send + use<> {
        let (all, export, asker) = (self.all.clone(), self.export.clone(), self.asker.clone());
        async move {
            let Asker { user, needs, core, tenant } = &*asker;
            let (user, needs) = (*user, *needs);
            let may = move |member: &Member| needs.iter().all(|needs| member.may(needs));
            let read = |db: TenantDb| async move {
                // Asked again for each piece: whoever may no longer look gets no more of it.
                let member = find_member(&db, user).await?.filter(may);
                let on = all.by(&member.ok_or(Error::Forbidden)?);
                export.piece(&on.of, &db, after).await
            };
            core.store.read_in(tenant.clone(), read).await
        }
    }
}

impl Page<'_> {
    fn title(&self) -> String {
        format!("Export {}", self.on.of.plural)
    }

    /// What goes into the file, in words.
    fn about(&self) -> String {
        let count = self.on.count(self.found);
        match self.search.is_narrow() {
            true => format!("{count}, as the list is narrowed now."),
            false => format!("All {count}."),
        }
    }

    fn fields(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.shown()
    }

    fn action(&self) -> String {
        format!("{}/export", self.on.path)
    }
}
