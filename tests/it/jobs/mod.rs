//! What is left in a transaction happens once it is kept, once, and in fair order.

mod batches;
mod erased;
mod failing;
mod fair;
mod keys;
mod names;
mod outbox;
mod own;
mod repeating;
mod shut;
mod work;

use std::sync::{Arc, Mutex};

use core_testing::{Stage, Workspace};
use platform::{App, Job, Later, TenantDb};
use projects::testing::named;
use serde::{Deserialize, Serialize};

/// Makes a project of this name, as a job.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MakeProject {
    pub(crate) name: String,
}

impl Job for MakeProject {
    const NAME: &'static str = "example.make_project";
}

pub(crate) async fn make_project(job: MakeProject, db: TenantDb) -> platform::Result<()> {
    projects::testing::make(&db, named(&job.name)).await.map(drop)
}

/// The apps of these tests: projects, and `example` with whatever is added to it.
pub(crate) fn apps(example: impl FnOnce(App) -> App) -> Vec<App> {
    vec![projects::app(), example(App::new("example"))]
}

/// Leaves jobs in one unit of work of a workspace's.
pub(crate) async fn leave<J: Job>(stage: &Stage, workspace: &Workspace, jobs: Vec<J>) {
    stage
        .write_in(workspace, |db| async move {
            for job in jobs {
                job.later(&db).await?;
            }
            Ok(())
        })
        .await;
}

/// The names of a workspace's projects, sorted.
pub(crate) async fn projects_of(stage: &Stage, workspace: &Workspace) -> Vec<String> {
    stage.write_in(workspace, |db| async move { projects::testing::names(&db).await }).await
}

/// What happened, in order.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    /// Notes it, as the last thing a job does.
    pub(crate) fn note(&self, what: impl Into<String>) -> platform::Result<()> {
        self.0.lock().unwrap().push(what.into());
        Ok(())
    }

    pub(crate) fn read(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
