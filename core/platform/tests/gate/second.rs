//! A gate that runs too late: the transaction would be open before it.

use platform::{Public, Result, Routes, TenantDb, see_other};

async fn list(_: TenantDb, _: Public) -> Result {
    see_other("/")
}

fn main() {
    let _ = Routes::new().post("/projects", list);
}
