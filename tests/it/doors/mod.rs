//! The three ways in, and what must not pass them.

mod abuse;
mod account_life;
mod connected;
mod csrf;
mod deeds;
mod development;
mod errors;
mod guessing;
mod headers;
mod hosts;
mod kept;
mod log_in_link;
mod new_device;
mod new_email;
mod passkeys;
mod policy;
mod second_step;
mod security_log;
mod sessions;
mod shut;
mod sign_in;
mod slow_readers;
mod tickets;
mod toolbar;
mod trusted_device;
mod turns;
