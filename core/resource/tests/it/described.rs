//! A wrong description is found when it is put together, with what to do about it.

use core_resource::{Builder, choice, day, text, whole};

use test_things::{self as thing, COLUMN as C, Column, Entity, State};

fn problems(of: Builder<Entity>) -> Vec<String> {
    of.build().err().unwrap_or_default()
}

#[test]
fn the_whole_description_is_good() {
    assert_eq!(problems(thing::builder()), [""; 0]);
}

#[test]
fn each_mistake_is_named() {
    let wrong = |field| problems(thing::builder().field(field)).join("\n");
    for (found, wanted) in [
        (wrong(text(C.notes, 9).name("notes")), "two fields are called notes"),
        (wrong(text(C.notes, 9).name("q")), "can't be called so"),
        (wrong(text(C.notes, 9).name("N")), "can't be called so"),
        (
            wrong(text(C.notes, 9).name("more").unique("Taken.")),
            "does not say that the column is unique",
        ),
        (wrong(text(C.name, 9).name("more")), "the column is unique"),
        (wrong(whole(C.pieces, 0..=i64::MAX).name("more")), "does not fit what the column holds"),
        (wrong(whole(C.version, 0..=9).name("more")), "nobody's to type"),
        (wrong(day(C.due).name("more").default("soon")), "does not take the default"),
        (wrong(text(C.notes, 9).name("more").filtered()), "can't be filtered by"),
        (wrong(text(C.notes, 9).name("more").bulk("Note")), "`.bulk(…)` is for choices"),
        (wrong(whole(C.pieces, 0..=9).name("more").searched()), "can't be searched for"),
        (wrong(day(C.due).name("more").mine()), "only a person can be"),
    ] {
        assert!(found.contains(wanted), "{found} | {wanted}");
    }
    let few = Builder::<Entity>::new("thing", "things").field(choice::<State, _>(Column::State));
    let found = problems(few).join("\n");
    for wanted in
        ["no field is the `.title()`", "things.price: no new row has it", "things.version"]
    {
        assert!(found.contains(wanted), "{found} | {wanted}");
    }
}
