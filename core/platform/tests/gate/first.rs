//! The gate comes first: this compiles.

use platform::{Public, Result, Routes, TenantDb, see_other};

async fn list(_: Public, _: TenantDb) -> Result {
    see_other("/")
}

fn main() {
    let _ = Routes::new().get("/projects", list);
}
