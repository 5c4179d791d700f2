//! The ways in which a request can find its tenant's schema, as data.

/// How the statement's text names the tables.
#[derive(Clone, Copy, PartialEq)]
pub enum Finding {
    /// `t_x.projects`, from texts made once per tenant.
    Prepared,
    /// `"tenant".projects` in the program, the qualifier replaced for each request.
    Qualifier,
    /// `projects` for every tenant; the transaction sets `search_path`.
    SearchPath,
}

/// How a request's transaction begins.
#[derive(Clone, Copy, PartialEq)]
pub enum Opening {
    /// No transaction: each statement stands alone.
    None,
    /// `BEGIN READ ONLY` only; the login has rights of its own.
    NoRole,
    /// `BEGIN READ ONLY` and the tenant's role in one simple query.
    Together,
    /// The same in two round trips.
    Apart,
    /// Together, with a constant `search_path` and two timeouts.
    Timeouts,
    /// Together, in a task of its own that a cancelled request can't stop.
    Spawned,
}

/// One way: a pool of connections and what a request does with one of them.
#[derive(Clone)]
pub struct Way {
    /// What the report calls it.
    pub name: &'static str,
    /// How table names are resolved.
    pub finding: Finding,
    /// How the transaction begins.
    pub opening: Opening,
    /// Named statements kept per connection; none means unnamed statements.
    pub cache: Option<usize>,
    /// Whether each release sends `ROLLBACK; RESET ROLE; RESET ALL`.
    pub cleaning: bool,
    /// Whether PgBouncer stands between.
    pub pooled: bool,
}

impl Way {
    const fn new(name: &'static str, finding: Finding, cache: Option<usize>) -> Self {
        let opening = Opening::Together;
        Self { name, finding, opening, cache, cleaning: false, pooled: false }
    }

    const fn opening(mut self, opening: Opening) -> Self {
        self.opening = opening;
        self
    }

    const fn cleaning(mut self) -> Self {
        self.cleaning = true;
        self
    }

    const fn pooled(mut self) -> Self {
        self.pooled = true;
        self
    }

    /// Whether its cost hangs on the order in which tenants come: the plain ways, floor included.
    pub fn is_cached(&self) -> bool {
        !self.cleaning && !self.pooled
    }

    /// Whether this login needs rights of its own, since no role is taken.
    pub fn is_bare(&self) -> bool {
        matches!(self.opening, Opening::None | Opening::NoRole)
    }
}

/// Room for every statement of 1,000 tenants.
const ALL: Option<usize> = Some(4000);

/// The way that all others are compared with.
pub const FLOOR: Way =
    Way::new("floor: bare pool, qualified text, no transaction, no role", Finding::Prepared, ALL)
        .opening(Opening::None);

/// The ways that the decision is about, the floor first.
pub fn ways() -> Vec<Way> {
    use Finding::{Qualifier, SearchPath};
    vec![
        FLOOR,
        Way::new("qualifier, named, cache 100", Qualifier, Some(100)),
        Way::new("qualifier, named, cache 500", Qualifier, Some(500)),
        Way::new("qualifier, named, cache 2,000", Qualifier, Some(2000)),
        Way::new("qualifier, unnamed", Qualifier, None),
        Way::new("search_path, named", SearchPath, Some(100)),
        Way::new("search_path, unnamed", SearchPath, None),
        Way::new("qualifier, named, cache 2,000, clean-up", Qualifier, Some(2000)).cleaning(),
        Way::new("qualifier, unnamed, clean-up", Qualifier, None).cleaning(),
        Way::new("search_path, named, clean-up", SearchPath, Some(100)).cleaning(),
        Way::new("search_path, unnamed, clean-up", SearchPath, None).cleaning(),
        Way::new("qualifier, unnamed, PgBouncer", Qualifier, None).pooled(),
        Way::new("search_path, unnamed, PgBouncer", SearchPath, None).pooled(),
    ]
}

/// The ways that take the cost of a transaction apart, the floor first.
pub fn parts() -> Vec<Way> {
    use Finding::{Prepared, Qualifier};
    vec![
        FLOOR,
        Way::new("floor with unnamed statements", Prepared, None).opening(Opening::None),
        Way::new("floor in BEGIN READ ONLY … COMMIT", Prepared, ALL).opening(Opening::NoRole),
        Way::new("the same with SET LOCAL ROLE in BEGIN's round trip", Prepared, ALL),
        Way::new("the same, qualifier replaced in the text", Qualifier, ALL),
        Way::new("the same, role in a round trip of its own", Qualifier, ALL)
            .opening(Opening::Apart),
        Way::new(
            "qualifier, with a constant search_path and two timeouts set locally",
            Qualifier,
            ALL,
        )
        .opening(Opening::Timeouts),
        Way::new("qualifier, begun in a task of its own", Qualifier, ALL).opening(Opening::Spawned),
    ]
}
