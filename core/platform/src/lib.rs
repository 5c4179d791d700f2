//! The façade: apps depend on this crate alone, and see here all that they may use.

mod app;
mod catalog;
mod command;
mod demo;
pub mod out;
mod own;
mod problems;
mod registry;

pub use app::{App, Table};
pub use catalog::bare_schema;
pub use command::{AppCommand, CommandLine};
pub use core_access::{
    AnyRole, EmailKind, EmailPermit, Member, Permission, PermissionDef, PermissionSet, Role,
    entity::member,
};
pub use core_base::{
    Actor, Error, MemberId, Result, RoleId, Secret, TenantId, UserId, clock,
    config::{Environment, Reader},
    day, text, zone,
};
pub use core_db::{OnUnique, Page, Paging, TenantDb, TenantEntity, order_by_name};
pub use core_http::{
    BodyKind, BodyStream, Can, Form, Json, Key, NavEntry, Own, Path, Policy, Problem, Public,
    Query, RawBody, Routes, Sender, ShownKey, SignedIn, Submitted, Ui, Visit, WorkspaceMember,
    encode_query, see_other, see_other_with,
};
pub use core_jobs::{
    Cause, Delivery, Event, Job, Later, Priority, Run, Schedule, announce, each_tenant, give_up,
    once,
};
pub use demo::Demo;
pub use problems::AppProblem;
pub use registry::Registry;

/// What commands are described with: `#[derive(clap::Parser)]`.
pub use clap;

/// What apps announce to each other; `announce` it, or listen with [`App::on`].
pub mod contracts {
    pub use core_contracts::*;
}

/// Components and shells; see its documentation for how templates call them.
pub mod ui {
    pub use core_ui::*;
}

/// Emails: what they say. Delivering them is the platform's own business.
pub mod mail {
    pub use core_mail::{Branding, Email, EmailService, Line, Mailbox, Message};
}

/// The catalogue and the doors: for the apps that make up the platform itself, accounts and tenants.
pub mod spine {
    pub use axum::response::{IntoResponse, Response};
    pub use core_access::{
        CustomRole, Decision, Edited, EmailKind, EmailPermit, Founder, Invited, Link, MemberRow,
        Members, NewMember, NewSession, PermissionKeys, RateLimit, RateLimiter, Refusal, Rules,
        Session, Sessions, Spent, Subject, WorkspaceMembership, add_member, all_roles, archives,
        archives::Readable, belongings, confirm, custom_role, custom_roles, describe_member,
        end_links, entity, find_member, forget, get_member, invitation_token, issue, just_founded,
        look_at_invitation, look_at_link, make_link, note_invited, note_use, people_by_role,
        read_invitation, redeem, repair, reserve, use_link, user_by_email, user_by_id, waiting_for,
    };
    pub use core_base::{SessionId, SiteKey, Slug, Token, config::Registration, normalise_email};
    pub use core_db::{
        ADDRESS_REDIRECT, About, CatalogDb, CatalogEntity, CatalogTx, CellReport, Changes,
        DELETION_GRACE, Mode, NewTenant, OnErase, Status, Store, Taken, Tenant, Whose, catalog,
        violates,
    };
    pub use core_http::{
        Back, Client, Cookies, CurrentSession, CurrentTenant, Framing, Host, PermissionGroup,
        Platform, SESSION_COOKIE, Services, SetCookie, UserAgent, is_kept_for, keep_theme,
        safe_next,
    };
    pub use core_jobs::{Outbox, cancel, job_entity, look};
    pub use core_mail::{DevelopmentMailbox, KeptEmail, Mailer, Undelivered};
}
