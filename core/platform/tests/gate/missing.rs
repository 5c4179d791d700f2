//! No gate at all.

use platform::{Result, Routes, TenantDb, see_other};

async fn list(_: TenantDb) -> Result {
    see_other("/")
}

fn main() {
    let _ = Routes::new().get("/projects", list);
}
