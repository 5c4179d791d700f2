//! The three ways in, and what must not pass them.

mod csrf;
mod development;
mod errors;
mod headers;
mod hosts;
mod kept;
mod sessions;
mod sign_in;
mod tickets;
mod toolbar;
mod turns;
