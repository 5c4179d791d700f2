//! Events of the catalogue: what happens outside of any workspace reaches listeners like what happens in one.

use core_base::{Result, clock};
use core_db::CatalogTx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Event, Job, Later, Run,
    queue::{self, NewJob},
};

/// An event on its way to its listeners.
#[derive(Serialize, Deserialize)]
pub(crate) struct Announced {
    event: String,
    payload: String,
}

impl Job for Announced {
    const NAME: &'static str = "platform.announce";
}

/// Says that something happened outside of a workspace: somebody signed up, a workspace was made. Each
/// listener hears of it once the transaction is kept; it takes [`Run`], which has no tenant then.
pub async fn announce_in_catalog<E: Event>(tx: &CatalogTx, event: &E) -> Result<()> {
    let payload = serde_json::to_string(event)?;
    Announced { event: E::NAME.to_owned(), payload }.later(tx).await.map(drop)
}

/// One job for each listener, under ids that a repetition gives again.
pub(crate) async fn hand_on(announced: Announced, run: Run) -> Result<()> {
    let Announced { event, payload } = announced;
    let job = |name: &String| NewJob {
        id: Uuid::new_v5(&run.id.0, name.as_bytes()),
        tenant: None,
        name: name.clone(),
        payload: payload.clone(),
        priority: 1,
        key: None,
        due_at: clock::now(),
    };
    let jobs: Vec<_> = run.jobs.listeners(&event).iter().map(job).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    let tx = run.store.catalog().begin().await?;
    queue::insert(&tx, jobs).await?;
    tx.note_enqueued();
    Ok(tx.commit().await?)
}
