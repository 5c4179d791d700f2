//! `cell`: places where workspaces live.

use std::process::ExitCode;

use clap::Subcommand;

use platform::out::print_json;
use platform::say;

use crate::program::Program;

#[derive(Subcommand)]
pub(crate) enum Cell {
    /// Add a cell with its own login on the PostgreSQL database.
    Add {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List cells and how full they are.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Cell {
    pub(crate) async fn run(self, program: &Program) -> anyhow::Result<ExitCode> {
        let store = program.open().await?;
        match self {
            Self::Add { json } => {
                let (cell, password) = store.add_cell().await?;
                if json {
                    print_json(&cell)?;
                } else {
                    say!(
                        "cell {} with the login {} for {} workspaces",
                        cell.id,
                        cell.login,
                        cell.capacity
                    );
                    say!("A pooler that keeps a list of users needs this line:");
                    say!("\"{}\" \"{}\"", cell.login, password.expose());
                }
            }
            Self::List { json } => {
                let cells = store.cells().await?;
                if json {
                    print_json(&cells)?;
                } else {
                    for cell in cells {
                        let full = 100 * cell.tenants / u64::try_from(cell.capacity.max(1))?;
                        say!(
                            "cell {:3} {:20} {} of {} workspaces, {full} %",
                            cell.id,
                            cell.login,
                            cell.tenants,
                            cell.capacity
                        );
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
