//! The same change to several rows at once. What is grave, and what needs a value, asks first.

use std::sync::Arc;

use core_base::Result;
use core_db::TenantDb;
use core_http::{Ui, see_other_with};
use core_ui::{Address, Errors, FormState, Toast};
use uuid::Uuid;

use super::{Pages, Pairs, deed::Deed, question::Question, typed::Bulk};
use crate::Chosen;

/// How many rows one press may change.
const MAX_ROWS: u64 = 5000;

/// How many it may do something to, one after the other.
const MAX_ACTS: u64 = 500;

/// How many names a question lists.
const NAMES: u64 = 10;

pub(super) async fn bulk(
    on: Arc<Pages>,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
    form: Result<Bulk, FormState>,
) -> Result {
    let search = on.of.search(&pairs);
    let list = on.here(&search);
    let back = match &form {
        Ok(Bulk { is_from_row: true, id, .. }) if id.len() == 1 => Address::new(on.row_path(id[0])),
        _ => list.clone(),
    };
    let refuse = |text: String| see_other_with(back.to_string(), &Toast::error(text));
    let Ok(form) = form else { return refuse("Nothing was changed".to_owned()) };
    let Some(deed) = on.deed(&form.action) else {
        return refuse("Nothing was changed".to_owned());
    };
    if form.all && search.is_misread() {
        return refuse("The list was not what you asked for. Nothing was changed".to_owned());
    }
    let chosen = match form.all {
        true => Chosen::Matching(search, ui.calendar()),
        false => Chosen::These(form.id.clone()),
    };
    let count = on.of.count(&db, &chosen).await?;
    let most = if matches!(deed, Deed::Do(_)) { MAX_ACTS } else { MAX_ROWS };
    if count == 0 {
        return refuse(format!("Select at least one {} first", on.of.noun));
    } else if count > most {
        let most = on.count(most);
        return refuse(format!("You can change up to {most} at once. Filter the list first."));
    }
    // Before anybody types an answer for nothing.
    if deed.is_asking() && !form.sure && !on.is_possible(&db, &deed, &chosen).await? {
        return refuse(on.no_longer_for(deed.title(), count));
    }
    // Of those with a tick some may be gone: whoever is sure of all is sure of those that are left.
    let is_stale = form.sure && form.all && form.count != count;
    let mut answer = match form.sure || form.is_asked_again {
        true => FormState::new(form.answers.clone(), Errors::default()),
        false => deed.defaults(&ui.calendar()),
    };
    if !deed.is_asking() && !form.is_asked_again || form.sure && !is_stale {
        match on.act(&db, &ui, &deed, &chosen, &form).await? {
            Ok(done) => return see_other_with(back.to_string(), &done),
            // No page asked: the list says why it was not done.
            Err(errors) if !deed.is_asking() => {
                return refuse(errors.iter().next().map_or("", |(_, text)| text).to_owned());
            }
            Err(errors) => answer = FormState::new(form.answers.clone(), errors),
        }
    }
    let mut mixed = vec![];
    let (options, fields) = match &deed {
        Deed::Edit => {
            let (alike, differ) = on.alike(&db, &chosen, &ui.calendar()).await?;
            mixed = differ;
            if !form.sure && !form.is_asked_again {
                answer = alike;
            }
            let shared = on.shared().map(|field| (field, on.of.nothing(field).is_none()));
            let (fields, named) = on.offer(&db, "", shared, answer).await?;
            let fields = fields.into_iter().map(|one| one.mixed_if(&mixed)).collect();
            answer = named;
            (vec![], fields)
        }
        Deed::Ask(field) => (on.asked_options(&db, field).await?, vec![]),
        Deed::Do(action) => {
            let asks = action.asks.iter().map(|ask| (ask, ask.parts.is_required));
            let (fields, named) = on.offer(&db, action.name, asks, answer).await?;
            answer = named;
            (vec![], fields)
        }
        Deed::Delete | Deed::Set(..) => (vec![], vec![]),
    };
    let ui = ui.under(&on.title(), &list.to_string());
    let title = deed.title();
    let question = Question {
        names: on.of.names(&db, &chosen, NAMES).await?,
        options,
        fields,
        mixed,
        is_restorable: on.of.is_restorable(&db),
        back: match form.all || form.is_from_row {
            true if form.all => back.with("all", true),
            true => back,
            false => ticked(&back, &form.id),
        }
        .to_string(),
        action: list.at(format!("{}/bulk", on.path)),
        csrf: ui.csrf(),
        calendar: ui.calendar(),
        on: &on,
        form: &form,
        deed: &deed,
        count,
        is_stale,
        answer,
    };
    match question.answer.is_rejected() {
        true => ui.invalid(title, &question),
        false => ui.page(title, &question),
    }
}

/// The list with these ticks.
fn ticked(list: &Address, ids: &[Uuid]) -> Address {
    ids.iter().fold(list.clone(), |address, id| address.and("ticked", id))
}
