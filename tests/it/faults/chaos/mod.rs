//! A pool under chaos: a crowd over many workspaces, cut off at random points. Every answer shows the
//! mark of its own workspace and no other's, and every write lands where it was sent.

mod book;
mod crowd;
mod soak;

use std::time::Duration;

use core_testing::{Stage, StoreKind, core_stores};

use self::crowd::{Crowd, Goal};
use super::{browser::Door, site::Site};
use crate::{random::Random, world::apps};

const WORKSPACES: usize = 50;
const SHORT: Goal = Goal { answers: u64::MAX, time: Duration::from_secs(8) };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_clients_that_leave_at_random_points_see_their_own_workspace_and_no_other() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled]) {
        eprintln!("on {kind:?}, in process:");
        let stage = Stage::on(kind, apps()).await;
        let crowd = Crowd::gather(&stage, None, WORKSPACES).await;
        crowd.storm(&mut Random::new(), SHORT, |_| {}).await;
        crowd.assert_all_is_well(&stage, SHORT.time.as_secs()).await;
        drop(crowd);
        stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_at_random_points_leave_every_workspace_to_itself() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled]) {
        eprintln!("on {kind:?}, the real program:");
        let stage = Stage::on(kind, apps()).await;
        let (site, door) = (Site::start(&stage.home), Door::default());
        door.lead_to(&site);
        let crowd = Crowd::gather(&stage, Some(&door), WORKSPACES).await;
        crowd.storm(&mut Random::new(), SHORT, |_| {}).await;
        crowd.assert_all_is_well(&stage, SHORT.time.as_secs()).await;
        drop(crowd);
        site.end();
        stage.close().await;
    }
}
