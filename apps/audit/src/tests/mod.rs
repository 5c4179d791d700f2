//! The page, its filters, the files and the command.

mod page;
