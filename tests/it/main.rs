//! The proofs of the house, one test binary.
#![expect(clippy::unwrap_used, reason = "tests")]

mod admin;
mod archives;
mod asvs;
mod billing;
mod doors;
mod faults;
mod forms;
mod home;
mod house;
mod invitations;
mod isolation;
mod jobs;
mod lab;
mod limits;
mod operator;
mod palette;
mod profile;
mod random;
mod readmes;
mod samples;
mod schema;
mod sign_up;
mod site;
mod stripe_clients;
mod sweeps;
mod trail;
mod world;
mod worlds;
