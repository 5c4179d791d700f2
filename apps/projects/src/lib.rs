//! Projects: the example app. Copy this folder to start your own.

mod demo;
mod home;
mod permissions;
pub mod project;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use permissions::{Manage, View};
use platform::App;

/// Everything this app brings.
pub fn app() -> App {
    App::new("projects")
        .permission::<View>()
        .permission::<Manage>()
        .resource::<_, View, Manage>(project::resource(), "/projects", "folder-kanban")
        .guard(project::keep_owner)
        .home::<View>(home::card)
        .demo(demo::fill)
}
