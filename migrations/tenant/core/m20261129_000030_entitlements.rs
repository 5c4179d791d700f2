//! What a workspace was given other than by default. Written by the owner of the tables alone.

use core_db::{Rights, Script};

use crate::table::{big_integer, short, table};

pub(crate) fn up(script: &mut Script) {
    let mut entitlements = table("entitlements");
    entitlements.col(short("key", 64).primary_key()).col(big_integer("value"));
    script.create_table_with(&entitlements, Rights::Read);
}
