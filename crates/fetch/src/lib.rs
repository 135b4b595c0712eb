#![doc = include_str!("../README.md")]
#![warn(missing_docs, clippy::string_slice, clippy::indexing_slicing)]

mod address;
mod budget;
mod clock;
mod config;
mod decode;
mod error;
mod exchange;
mod fault;
mod fetched;
mod fetcher;
mod headers;
mod policy;
mod resolve;
mod retry_after;
mod robots;
mod robots_cache;
mod transport;
mod web;

pub use address::{AddressKind, find_special};
pub use budget::Pause;
pub use clock::Clock;
pub use config::{FetchConfig, HostManners, Limits};
pub use decode::{CODINGS_MAX, Coding, DecodeError, DecodeLimits, decode_body};
pub use error::{FailureClass, FetchError, RobotsFault, Stage, WireError};
pub use fetched::{FetchRequest, Fetched, Hop, Purpose, Response, Validators};
pub use fetcher::Fetcher;
pub use policy::{AddressPolicy, Refusal};
pub use robots::{ROBOTS_BYTES_MAX, Robots, RobotsVerdict};
pub use transport::{BodySource, Later, Opened, Transport};
