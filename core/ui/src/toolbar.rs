//! The bar under each page in development: what it asked of the databases, and how long that took.

use std::time::Duration;

use askama::Template;

/// What one page cost.
#[derive(Template)]
#[template(path = "toolbar.html")]
pub struct Toolbar {
    queries: Vec<Query>,
    count: usize,
    database: String,
    total: String,
    /// Other pages for developers, as name and address.
    links: Vec<(String, String)>,
}

/// Statements of one text.
struct Query {
    sql: String,
    times: usize,
    time: Duration,
}

impl Toolbar {
    /// From the statements in their order, the time of the whole request, and the links beside it.
    pub fn new(
        said: impl IntoIterator<Item = (String, Duration)>,
        total: Duration,
        links: Vec<(String, String)>,
    ) -> Self {
        let mut queries: Vec<Query> = vec![];
        for (sql, time) in said {
            match queries.iter_mut().find(|query| query.sql == sql) {
                Some(query) => {
                    query.times += 1;
                    query.time += time;
                }
                None => queries.push(Query { sql, times: 1, time }),
            }
        }
        let count = queries.iter().map(|query| query.times).sum();
        let database = milliseconds(queries.iter().map(|query| query.time).sum());
        Self { queries, count, database, total: milliseconds(total), links }
    }

    /// How many statements were sent again.
    fn repeated(&self) -> usize {
        self.count - self.queries.len()
    }
}

impl Query {
    fn took(&self) -> String {
        milliseconds(self.time)
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
