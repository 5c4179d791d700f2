//! The look: shells around pages, components inside them, forms, static files. No database here.
//!
//! A component is a function that a template calls: `{{ ui::text_field(answer, "name", "Name") }}`.
//! What it returns writes itself, escaped, straight into the page.

mod address;
pub mod assets;
mod attrs;
mod brand;
mod choice;
mod confirm;
mod dialog;
mod direction;
mod field;
mod form_state;
mod fragment;
mod history;
mod home;
mod list;
mod locale;
mod message;
mod meter;
mod money;
mod page;
mod panel;
mod piece;
mod shell;
mod steps;
mod table;
mod time;
mod toast;
mod tone;
mod toolbar;

pub use address::Address;
pub use assets::{Asset, asset, asset_url};
pub use brand::{Brand, Theme};
pub use choice::{Choice, Radios, checkbox, radios, switch};
pub use confirm::{Confirm, confirm};
pub use dialog::{
    Cancel, Dialog, DialogEnd, Dropdown, DropdownEnd, cancel, dialog, dialog_end, dropdown,
    dropdown_end,
};
pub use direction::{Bdi, bdi, isolated};
pub use field::{
    Field, combobox, date_field, date_time_field, email_field, file_field, number_field,
    password_field, select, text_field, textarea,
};
pub use form_state::{Errors, FormState};
pub use fragment::{Fragment, escape};
pub use history::{FieldChange, FieldChanges, History, HistoryLine, field_changes, history};
pub use home::{HomeAction, HomeCard, HomePanel, HomeStat, News, SetupStep};
pub use list::{PAGE_SIZES, Pager, Search, Th, pager, search, th};
pub use locale::Locale;
pub use message::{Empty, ErrorSummary, FormNote, Note, empty, error_summary, form_note, note};
pub use meter::{Meter, UsageLine, UsageList, meter, usage_list};
pub use money::{Currency, Money, money};
pub use page::{Crumb, Crumbs, CsrfField, Stat, crumbs, csrf_field, stat};
pub use panel::{
    Facts, FormPanel, FormPanelEnd, PageHead, Tabs, facts, form_panel, form_panel_end, page_head,
    tabs,
};
pub use piece::{Avatar, Badge, Icon, avatar, badge, icon, icon_with};
pub use shell::{
    AccountShell, AppShell, AuthShell, Bell, ErrorContent, ErrorPage, ErrorShell, Frame, Front,
    NavLink, Person, PublicShell, SendAgain, ShellPart, Strata, Typed, WorkspaceLink, strata,
};
pub use steps::{Steps, steps};
pub use table::{
    BulkBar, BulkBarEnd, FilterBar, FilterBarEnd, Table, TableEnd, bulk_bar, bulk_bar_end,
    filter_bar, filter_bar_end, table, table_end,
};
pub use time::{Ago, Away, Calendar, Commas, Day, Moment, commas, date};
pub use toast::Toast;
pub use tone::Tone;
pub use toolbar::Toolbar;
