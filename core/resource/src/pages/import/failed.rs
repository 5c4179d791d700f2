//! The rows with mistakes, as a file.

use std::sync::Arc;

use core_access::Member;
use core_base::Result;
use core_db::TenantDb;
use core_http::{as_file, stream_text};
use uuid::Uuid;

use crate::{
    export::quote,
    import,
    pages::{Pages, export::Asker},
};

/// The rows with mistakes, with what is wrong, as a file to mend and bring again.
pub(in crate::pages) async fn failed(
    on: Arc<Pages>,
    member: &Member,
    asker: Asker,
    db: TenantDb,
    id: Uuid,
) -> Result {
    let of = import::one_for(&db, id, on.place(), member, false).await?;
    let (mut head, width) = ("\u{feff}".to_owned(), of.head().len());
    for name in of.head() {
        quote(&name, true, &mut head);
        head.push(',');
    }
    head.push_str("Problem\r\n");
    let name = format!("{}-{}-not-imported.csv", asker.tenant.slug, on.of.plural);
    let asker = Arc::new(asker);
    let body = stream_text(head, Some(-1), move |after| {
        let asker = asker.clone();
        async move {
            let read =
                move |db: TenantDb| async move { import::failures(&db, id, after, 20).await };
            let some = asker.core.store.read_in(asker.tenant.clone(), read).await?;
            let mut text = String::new();
            for some in &some {
                let rows = some.rows();
                for (at, why) in some.failures() {
                    for place in 0..width {
                        let cell = rows.get(at).and_then(|row| row.get(place));
                        quote(&cell.map(import::text).unwrap_or_default(), true, &mut text);
                        text.push(',');
                    }
                    quote(&why, false, &mut text);
                    text.push_str("\r\n");
                }
            }
            Ok((text, some.last().map(|last| last.piece)))
        }
    });
    Ok(as_file("text/csv; charset=utf-8", &name, body))
}
