//! Links that were mailed to an address and prove it when they come back.

use core_db::Script;

use crate::table::{bytes, index, instant, optional, table, text};

pub(crate) fn up(script: &mut Script) {
    let mut links = table("email_links");
    links
        .col(bytes("token_hash").primary_key())
        .col(text("purpose"))
        .col(text("email"))
        .col(instant("created_at"))
        .col(instant("expires_at"))
        .col(optional(instant("used_at")));
    script.create_table(&links);
    script.create_index(&index("email_links_email", "email_links", &["email", "purpose"]));
    script.create_index(&index("email_links_expires_at", "email_links", &["expires_at"]));
}
