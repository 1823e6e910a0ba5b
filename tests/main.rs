//! The one test binary.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests tell what they skip, and fail by panics")]

mod administration;
mod agreement;
mod call_sites;
mod calls;
mod certificates;
mod compatibility;
mod console;
mod crash;
mod documented;
mod examples;
mod faults;
mod full_disk;
mod fuzzing;
mod help;
mod hostile;
mod hosting_api;
mod instructions;
mod labs;
mod language;
mod licences;
mod organization;
mod out_buffer;
mod package;
mod parameters;
mod peers;
mod prologues;
mod reference;
mod remoting;
mod runbooks;
mod session_api;
mod start;
mod styling;
mod tidy;
mod tracing;
mod type_data;

/// The product's: what the load tests say of memory holds for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
