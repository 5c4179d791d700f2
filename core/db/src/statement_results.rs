//! What comes back of a text of one or more statements.

use futures_util::{Stream, TryStreamExt};
use sea_orm::{ExecResult, QueryResult};
use sqlx::Either;

/// How many statements a text holds: none of ours has a semicolon inside.
pub(crate) fn how_many(sql: &str) -> usize {
    sql.bytes().filter(|byte| *byte == b';').count() + 1
}

/// The rows of each of so many statements, and how many the last one touched: where a statement writes
/// nothing, SQLite counts the rows of the write before once more. SQLite's thread hands results over one
/// by one and wakes us for each that we wait for: after the first, whoever else can run goes before us, so
/// that the others pile up, and nobody waits for the end behind the last.
pub(crate) async fn by_statement<R, Q>(
    mut parts: impl Stream<Item = Result<Either<Q, R>, sqlx::Error>> + Unpin,
    count: usize,
) -> Result<(ExecResult, Vec<Vec<QueryResult>>), sqlx::Error>
where
    R: Into<QueryResult>,
    Q: Into<ExecResult> + Default,
{
    let (mut all, mut rows, mut result) = (vec![], vec![], Q::default());
    while let Some(part) = parts.try_next().await? {
        let is_first = all.is_empty() && rows.is_empty();
        match part {
            Either::Left(done) => {
                result = done;
                all.push(std::mem::take(&mut rows));
                if all.len() == count {
                    break;
                }
            }
            Either::Right(row) => rows.push(row.into()),
        }
        if is_first && count != usize::MAX {
            tokio::task::yield_now().await;
        }
    }
    Ok((result.into(), all))
}
