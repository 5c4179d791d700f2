//! The façade: apps depend on this crate alone, and see here all that they may use.

mod app;
mod app_resource;
pub mod audit;
mod command;
mod core_tables;
mod demo;
mod extension;
pub mod out;
mod problems;
mod registry;

pub use app::{App, Table};
pub use app_resource::{AppResource, Resources};
pub use command::{AppCommand, CommandLine};
pub use core_access::{
    AnyRole, EmailKind, EmailPermit, Guards, Member, Objection, Permission, PermissionDef,
    PermissionSet, Question, Role,
    entitlements::{self, Feature, Limit, LimitReached},
    entity::member,
};
pub use core_base::{
    Actor, Error, MemberId, Result, RoleId, Secret, TenantId, Through, UserId, Verdict, clock,
    config::{Environment, Reader},
    day, ids, text, zone,
};
pub use core_db::{Audit, OnUnique, Page, Paging, TenantDb, TenantEntity, order_by_name};
pub use core_http::{
    BodyKind, BodyStream, Can, Extension, Form, Json, Key, NavEntry, Path, Policy, Problem, Public,
    Query, RawBody, Routes, Sender, ShownKey, SignedIn, Submitted, Ui, Visit, WorkspaceMember,
    as_file, encode_query, see_other, see_other_with, stream_text,
};
pub use core_jobs::{
    Cause, Delivery, Event, Job, Later, Priority, Run, Schedule, announce, announce_in_catalog,
    each_tenant, give_up, is_given_up, once,
};
pub use core_tables::bare_schema;
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

/// Entities that are described once, and what follows from it: [`App::resource`].
pub mod resource {
    pub use core_resource::*;
    pub use serde_json::json;
}

/// Emails: what they say. Delivering them is the platform's own business.
pub mod mail {
    pub use core_mail::{Branding, Email, EmailService, Line, Mailbox, Message};
}

/// Tables in the catalogue, which all workspaces share: [`App::owns_in_catalog`].
pub mod catalog {
    pub use core_db::{CatalogDb, CatalogEntity, CatalogTx, OnErase, OwnedBy, Ownership, violates};
}

/// What workspaces may have by their plan: [`App::plans`].
pub mod plans {
    pub use core_db::{PlanOffer, PlanPrice, Plans};
    pub use core_http::Offered;
}

/// What a request carries besides its gate, its path and its form; and answers that are no pages.
pub mod request {
    pub use axum::{
        http::{HeaderMap, Method, StatusCode, Uri},
        response::{IntoResponse, Response},
    };
    pub use core_http::{
        Back, Client, Cookies, CurrentSession, CurrentTenant, ForeignAnswer, FormTarget,
        FramePolicy, Host, SESSION_COOKIE, SetCookie, UserAgent, WidgetOrigin, has_saved_form,
        keep_theme, safe_next,
    };
}

/// Limits: how often somebody may try something, and have an email sent.
pub mod limits {
    pub use core_access::{EmailKind, EmailPermit, LimitExceeded, RateLimit, RateLimiter};
}

/// People across all workspaces: their accounts, sessions and mailed links. For the apps that manage
/// those; `tests/it/house.rs` lists them.
pub mod people {
    pub use core_access::{
        Lack, LinkStatus, MAX_SESSION_AGE, NewSession, Session, SessionChanges, Sessions,
        end_links, entity, link_status, make_link, make_link_beside, use_link, use_once,
        use_once_within, user_by_email, user_by_id,
    };
    pub use core_base::{SessionId, SiteKey, Token, config::Registration, normalise_email};
}

/// Requests to other sites.
pub mod outbound {
    pub use core_oauth::http::{Failed, post, post_form};
}

/// Signing in at other sites.
pub mod oauth {
    pub use core_oauth::*;
}

/// Workspaces across all of them: making, finding and erasing them, their members and roles. For the
/// apps that manage those; `tests/it/house.rs` lists them.
pub mod workspaces {
    pub use core_access::{
        CustomRole, Decision, InitialOwner, Invited, MemberRow, Members, NewMember, PermissionKeys,
        Refusal, RoleEdit, Rules, Subject, WorkspaceMembership, add_member, all_roles, archives,
        archives::ValidateRows, confirm_membership, custom_role, custom_roles, describe_member,
        entity, find_member, forget_membership, get_member, invitation_token, issue_ticket,
        just_founded, look_at_invitation, note_invited, note_use, people_by_role, read_invitation,
        redeem_ticket, repair_memberships, reserve_membership, waiting_for, workspaces_of,
    };
    pub use core_base::Slug;
    pub use core_db::{
        ADDRESS_REDIRECT, CellReport, Changes, DELETION_GRACE, Mode, NewTenant, Remains,
        SignInPolicy, Status, Store, Taken, Tenant, TenantCreation, catalog,
    };
}

/// The whole process: all settings with their secrets, the store with every workspace, the queue, the
/// mailbox. For the apps that make up the platform; `tests/it/house.rs` lists them.
pub mod process {
    pub use core_access::{KeyStatus, Place, Vault};
    pub use core_base::EncryptionKey;
    pub use core_http::{PermissionGroup, Platform, Services, usage_lines};
    pub use core_jobs::{Outbox, cancel, job_entity, look};
    pub use core_mail::{DevelopmentMailbox, KeptEmail, Mailer, Undelivered};
}
