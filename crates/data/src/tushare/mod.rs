//! Tushare Pro: requests, answers, refusals, the learning rate limiter, and the plan of a download.

mod answer;
mod api;
mod call;
mod kind;
mod limiter;
mod refusal;
mod token;

pub use answer::{Answer, BadAnswer};
pub use api::Api;
pub use kind::{SymbolKind, UnknownSymbol};
pub use limiter::{Hold, Limiter};
pub use refusal::{RateLimit, Refusal, Window, classify};
pub use token::{TOKEN_VARIABLE, TokenError, find_token, token_file};
