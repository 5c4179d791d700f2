//! What a route takes, from whom and for how long: known of it before its handler runs.

use std::time::Duration;

use axum::http::{HeaderMap, header};

/// What a route takes. [`Routes::post`](crate::Routes::post) is a form's; every other kind of body is
/// given to [`Routes::route`](crate::Routes::route).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What stands in the body.
    pub body: BodyKind,
    /// The largest body, bytes.
    pub limit: u64,
    /// Who may send it.
    pub sender: Sender,
    /// The longest time until the answer begins.
    pub time: Duration,
}

/// What stands in a body, and so how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// The fields of a form, for [`Submitted`](crate::Submitted). It is read before the gate, so that
    /// what was typed is not lost whoever refuses it.
    Form,
    /// JSON, for [`Json`](crate::Json). Read after the gate.
    Json,
    /// Bytes that are signed or hashed as they are, for [`RawBody`](crate::RawBody). Read after the gate.
    Raw,
    /// Bytes that come for as long as they like, for [`BodyStream`](crate::BodyStream). The handler
    /// reads them, one piece in memory at a time.
    Stream,
}

/// Who sends a request, and so how one proves who one is and what keeps forged requests out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A browser: by the session in its cookie. What changes something must come from a page of this
    /// origin and bring its token.
    Browser,
    /// A program: by a key (`Authorization: Bearer …`), or by a signature that the handler checks. No
    /// cookie is looked at, so no browser can be made to send it for somebody.
    Program,
    /// A program where there is an `Authorization` header, else a browser.
    Either,
    /// A program that proves itself to the handler alone: an `Authorization` header is none of our keys.
    Handler,
}

/// What a form may bring where no route says otherwise, bytes.
pub(crate) const FORM_LIMIT: usize = 1 << 20;
const MIB: u64 = 1 << 20;
const MINUTE: Duration = Duration::from_mins(1);

impl Policy {
    /// A form of a page: 1 MiB, 15 seconds.
    pub const FORM: Self = Self {
        body: BodyKind::Form,
        limit: MIB,
        sender: Sender::Browser,
        time: Duration::from_secs(15),
    };
    /// An API: JSON of 1 MiB from programs with a key and from scripts of our own pages.
    pub const JSON: Self = Self { body: BodyKind::Json, sender: Sender::Either, ..Self::FORM };
    /// Another service that calls us: 1 MiB as it is, signed.
    pub const WEBHOOK: Self = Self { body: BodyKind::Raw, sender: Sender::Program, ..Self::FORM };
    /// A file of up to 100 MiB from a page of ours or a program with a key, within 15 minutes. Its
    /// workspace has a line of its own for these, so that they keep no page waiting.
    pub const UPLOAD: Self = Self {
        body: BodyKind::Stream,
        limit: 100 * MIB,
        sender: Sender::Either,
        time: MINUTE.saturating_mul(15),
    };

    /// With another largest body, bytes.
    #[must_use]
    pub const fn limit(self, bytes: u64) -> Self {
        Self { limit: bytes, ..self }
    }

    /// From somebody else.
    #[must_use]
    pub const fn sender(self, sender: Sender) -> Self {
        Self { sender, ..self }
    }
}

/// The policy of a request's route, and which of its senders sent it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub(crate) policy: Policy,
    /// No cookie counts.
    pub(crate) by_program: bool,
}

impl Incoming {
    pub(crate) fn of(policy: Policy, headers: &HeaderMap) -> Self {
        let by_program = match policy.sender {
            Sender::Browser => false,
            Sender::Program | Sender::Handler => true,
            Sender::Either => headers.contains_key(header::AUTHORIZATION),
        };
        Self { policy, by_program }
    }

    /// The largest body, bytes.
    pub(crate) fn limit(&self) -> usize {
        usize::try_from(self.policy.limit).unwrap_or(usize::MAX)
    }

    /// Whether its body comes for as long as it likes.
    pub(crate) fn is_stream(&self) -> bool {
        self.policy.body == BodyKind::Stream
    }

    /// Whether its body is read before its gate is asked.
    pub(crate) fn is_form(&self) -> bool {
        self.policy.body == BodyKind::Form
    }
}
